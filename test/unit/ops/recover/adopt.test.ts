import assert from "node:assert/strict";
import { withoutSecrets, withResources } from "../../../../ops/recover/adopt.ts";
import { isKnown } from "../../../../pulumi/preview.ts";
import { parseState, resourcesOf } from "../../../../pulumi/state.ts";

const provider = "urn:pulumi:prod::webnet::pulumi:providers:random::default_4_21_2";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("what is taken into the state", () => {
  it("is what the program knows all of before anything is made", () => {
    assert.equal(isKnown({ name: "webnet-prod-gateway", ports: [{ internal: 80 }] }), true);
    assert.equal(isKnown({ mounts: [{ source: unknown }] }), false);
    assert.equal(isKnown(undefined), true);
  });

  it("names only what the state has, and brings the provider that Pulumi makes by itself", () => {
    const state = parseState(JSON.stringify({ version: 3, deployment: { manifest: {}, resources: [] } }));
    assert.ok(state !== undefined);
    const [made, password] = resourcesOf(
      withResources(state, [
        {
          urn: "password",
          type: "random:index/randomPassword:RandomPassword",
          custom: true,
          id: "none",
          provider: `${provider}::${unknown}`,
          dependencies: ["elsewhere"],
          propertyDependencies: { length: ["elsewhere"], special: null },
        },
      ]),
    );
    assert.deepEqual(
      [made?.urn, made?.type, made?.inputs],
      [provider, "pulumi:providers:random", { version: "4.21.2" }],
    );
    assert.equal(password?.["provider"], `${provider}::${made?.id ?? ""}`);
    assert.deepEqual(password["dependencies"], []);
    assert.deepEqual(password["propertyDependencies"], { length: [], special: [] });
  });

  it("holds nothing that stands in a plan in the place of a secret", () => {
    const host = "unix:///var/run/docker.sock";
    for (const registryAuth of ["[secret]", '[{"password":"[secret]"}]', [{ password: "[secret]" }]])
      assert.deepEqual(withoutSecrets({ host, registryAuth }), { host });
  });

  it("goes to the provider that the state has, and in place of pending operations", () => {
    const state = parseState(
      JSON.stringify({
        version: 3,
        deployment: {
          resources: [{ urn: provider, type: "pulumi:providers:random", id: "known" }],
          pending_operations: [{ type: "creating", resource: { urn: "password", type: "t" } }],
        },
      }),
    );
    assert.ok(state !== undefined);
    const found = {
      urn: "password",
      type: "t",
      custom: true,
      id: "none",
      provider: `${provider}::${unknown}`,
    };
    const after = withResources(state, [found]);
    assert.equal(resourcesOf(after).at(-1)?.["provider"], `${provider}::known`);
    assert.equal(after.deployment?.pending_operations, undefined);
  });
});
