import assert from "node:assert/strict";
import { containerType, environmentOf } from "../support/containers.ts";
import { bothColors, run, type Deployment } from "../support/program.ts";

const two = { ...bothColors, "backend.replicas": 2 };

describe("several containers of a release", () => {
  const releaseOf = (deployment: Deployment, color: string) =>
    deployment.resources
      .map(({ name }) => new RegExp(`^application-(${color}-[0-9a-f]{8})$`).exec(name)?.[1])
      .find((id) => id !== undefined) ?? "";

  it("are further ones of the same release, which stays as it is", async () => {
    const [one, several] = [await run({ changes: bothColors }), await run({ changes: two })];
    for (const color of ["blue", "green"]) {
      const release = releaseOf(one, color);
      assert.equal(releaseOf(several, color), release);
      const name = `application-${release}-backend`;
      assert.deepEqual(several.named(name).inputs, one.named(name).inputs);
      const second = several.named(`${name}-2`);
      assert.equal(second.inputs["name"], `webnet-prod-backend-${release}-2`);
      assert.ok((second.inputs["envs"] as string[]).includes("WEBNET_REPLICA=2"));
      assert.ok(second.options.ignoreChanges.includes("image"));
      assert.equal(one.resources.filter(({ name: made }) => made === `${name}-2`).length, 0);
    }
  });

  it("each have a gate, which says whose it is", async () => {
    const deployment = await run({ changes: two });
    const release = releaseOf(deployment, "blue");
    const gate = deployment.named(`application-${release}-gate-2`);
    const told = environmentOf(gate);
    assert.equal(told["WEBNET_CONTAINER_ID"], `id-of-application-${release}-backend-2`);
    assert.equal(told["WEBNET_REPLICA"], "2");
    assert.equal(told["WEBNET_SUBJECT"], `release ${release}, container 2`);
    assert.equal(environmentOf(deployment.named(`application-${release}-gate`))["WEBNET_REPLICA"], undefined);
  });

  it("start together, or one when the other is healthy", async () => {
    const waits = async (changes: Record<string, unknown>) => {
      const deployment = await run({ changes });
      const release = releaseOf(deployment, "blue");
      const { dependencies } = deployment.named(`application-${release}-backend-2`);
      return dependencies.includes(`application-${release}-gate`);
    };
    assert.equal(await waits(two), false);
    assert.equal(await waits({ ...two, "backend.startReplicas": "oneByOne" }), true);
  });

  it("are known to the route, and to Prometheus by the colour's name", async () => {
    const deployment = await run({ changes: two });
    const route = JSON.parse(environmentOf(deployment.named("gateway-route"))["WEBNET_ROUTE"] ?? "") as {
      replicas?: number;
    };
    assert.equal(route.replicas, 2);
    const aliases = deployment
      .ofType(containerType)
      .filter(({ name }) => /-backend(?:-2)?$/.test(name))
      .map(({ inputs }) => JSON.stringify(inputs["networksAdvanced"]));
    assert.equal(aliases.length, 4);
    for (const alias of aliases) assert.match(alias, /webnet-prod-backend-(?:blue|green)/);
  });
});
