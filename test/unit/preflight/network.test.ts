import assert from "node:assert/strict";
import { inspectNetwork, type NetworkFinding } from "../../../preflight/network.ts";
import { blocks } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const find = (networks: Holdings["networks"], changes: Config = {}): Promise<NetworkFinding> => {
  const { settings } = platformWith({ "network.name": "shop", ...changes });
  return inspectNetwork(fakeDocker({ networks: networks ?? [] }).docker, settings, "prod");
};
const adopt = { "network.adopt": true };

describe("preflight: the network", () => {
  it("is made where none has its name, and kept where it is the stack's own", async () => {
    assert.deepEqual(await find([]), { problems: [] });
    const own = { Name: "shop", Id: "1", Labels: { "webnet.stack": "prod" } };
    assert.deepEqual(await find([own]), { problems: [] });
  });

  it("isn't taken for one with a longer name", async () => {
    assert.deepEqual(await find([{ Name: "shop-old", Id: "1" }]), { problems: [] });
  });

  it("is adopted by its id where that is asked for", async () => {
    const networks = [
      { Name: "shop-old", Id: "1" },
      { Name: "shop", Id: "2" },
    ];
    assert.deepEqual(await find(networks, adopt), { existingId: "2", problems: [] });
  });

  it("that is to be adopted must be there", async () => {
    const { existingId, problems } = await find([{ Name: "shop-old", Id: "1" }], adopt);
    assert.equal(existingId, undefined);
    assert.deepEqual(blocks(problems), [
      `
webnet:network.adopt
  problem: there is no network shop on the engine to be adopted
  got:     true
  allowed: the name of a network that is there, or adopt: false to have it made
  fix:     pulumi config set --path 'webnet:network.adopt' false --stack prod
`.trim(),
    ]);
  });

  it("isn't taken over from somebody else", async () => {
    const { problems } = await find([{ Name: "shop", Id: "1" }]);
    assert.deepEqual(blocks(problems), [
      `
webnet:network.name
  problem: a network of this name is on the engine and isn't ours
  got:     shop
  allowed: a name that is free, or a network that is to be adopted as it is
  fix:     pulumi config set --path 'webnet:network.name' <name> --stack prod
           pulumi config set --path 'webnet:network.adopt' true --stack prod
`.trim(),
    ]);
  });

  it("isn't taken over from another stack", async () => {
    const { problems } = await find([{ Name: "shop", Id: "1", Labels: { "webnet.stack": "staging" } }]);
    assert.deepEqual(
      problems.map(({ what }) => what),
      ["the network of this name belongs to the stack staging"],
    );
  });
});
