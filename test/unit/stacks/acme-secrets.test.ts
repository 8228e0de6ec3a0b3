import assert from "node:assert/strict";
import { commandType, containerType } from "../support/containers.ts";
import { run, type Deployment } from "../support/program.ts";
import { patience, scenarios } from "../support/scenarios.ts";

const scenario = scenarios["certificates by ACME and the DNS"] ?? {};

describe("the secrets of certificates by ACME", () => {
  const certbotIn = (deployment: Deployment) => deployment.named("gateway-certbot-container").inputs;
  const orderIn = (deployment: Deployment) => {
    const { environment } = deployment.named("gateway-certbot-first-certificate").inputs;
    return (environment as Record<string, string>)["WEBNET_ORDER"];
  };

  it("are files of certbot's alone", async () => {
    const deployment = await run(scenario);
    const files = JSON.parse(String(deployment.named("gateway-certbot-secrets-content").inputs["stdin"])) as {
      path: string;
      mode: number;
      uid: number;
    }[];
    assert.deepEqual(
      files.map(({ path, mode, uid }) => [path, mode, uid]),
      [
        ["dns-credentials", 0o400, 10_002],
        ["eab.ini", 0o400, 10_002],
      ],
    );
    const source = '"source":"webnet-prod-certbot-secrets-files"';
    const readers = deployment
      .ofType(containerType)
      .filter(({ inputs }) => JSON.stringify(inputs).includes(source))
      .map(({ name }) => name);
    assert.deepEqual(readers, ["gateway-certbot-container"]);
  }).timeout(patience);

  it("change without another container, and have an order tried at once", async () => {
    const before = await run(scenario);
    const changes = { ...scenario.changes, "acmeSecrets.eabHmacKey": "AnotherKeyAnotherKey" };
    const after = await run({ ...scenario, changes });
    assert.deepEqual(certbotIn(after), certbotIn(before));
    assert.notEqual(orderIn(after), orderIn(before));
    assert.equal(orderIn(await run(scenario)), orderIn(before));
    assert.match(orderIn(before) ?? "", /^[0-9a-f]{8}-[0-9a-f]{16}$/);
  }).timeout(patience);

  it("leave no trace where there are none", async () => {
    const deployment = await run(scenarios["certificates by ACME"]);
    assert.match(orderIn(deployment) ?? "", /^[0-9a-f]{8}$/);
    const { environment } = deployment.named("gateway-certbot-first-certificate").inputs;
    assert.ok(!("WEBNET_PROPAGATION_SECONDS" in (environment as object)));
    const names = deployment.ofType(commandType).map(({ name }) => name);
    assert.ok(!names.includes("gateway-certbot-secrets-content"));
  }).timeout(patience);
});
