import assert from "node:assert/strict";
import { inspectNetwork, type NetworkFinding } from "../../../preflight/network.ts";
import { blocks } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const find = async (
  networks: Holdings["networks"],
  changes: Config = {},
  containers: Holdings["containers"] = [],
): Promise<NetworkFinding> => {
  const { settings } = platformWith({ "network.name": "shop", ...changes });
  const { docker } = fakeDocker({ networks: networks ?? [], containers });
  return inspectNetwork(docker, settings, "prod", await docker.listContainers());
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

  it("with IPv6 is no place for what is published by it", async () => {
    const network = { Name: "shop", Id: "2", EnableIPv6: true };
    const { problems } = await find([network], { ...adopt, "gateway.bindAddress": "::" });
    assert.deepEqual(
      problems.map(({ at, got }) => [at, got]),
      [["webnet:gateway.bindAddress", "::"]],
    );
    assert.deepEqual(await find([network], { ...adopt, "gateway.bindAddress": "0.0.0.0" }), {
      existingId: "2",
      problems: [],
    });
  });

  it("of the stack's own that the engine gave IPv6 is none either", async () => {
    const own = { Name: "shop", Id: "1", Labels: { "webnet.stack": "prod" }, EnableIPv6: true };
    const { problems } = await find([own], { "gateway.bindAddress": "::" });
    assert.deepEqual(
      problems.map(({ at, got }) => [at, got]),
      [["webnet:gateway.bindAddress", "::"]],
    );
    assert.deepEqual(await find([own], { "gateway.bindAddress": "0.0.0.0" }), { problems: [] });
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
  then:    pulumi config set --path 'webnet:network.adopt' true --stack prod
`.trim(),
    ]);
  });

  it("is never another stack's, and adopting that one is not what is proposed", async () => {
    const staging = { Name: "shop", Id: "1", Labels: { "webnet.stack": "staging" } };
    for (const changes of [{}, adopt]) {
      const { existingId, problems } = await find([staging], changes);
      assert.equal(existingId, undefined);
      assert.deepEqual(blocks(problems), [
        `
webnet:network.name
  problem: the network of this name belongs to the stack staging, whose platform runs on it
  got:     shop
  allowed: a name that is free: two stacks never share a network
  fix:     pulumi config set --path 'webnet:network.name' webnet-prod --stack prod
  then:    pulumi config set --path 'webnet:network.adopt' false --stack prod
`.trim(),
      ]);
    }
  });

  it("is not adopted where the stack made it itself", async () => {
    const own = { Name: "shop", Id: "1", Labels: { "webnet.stack": "prod" } };
    const { existingId, problems } = await find([own], adopt);
    assert.equal(existingId, undefined);
    assert.deepEqual(blocks(problems), [
      `
webnet:network.adopt
  problem: the network shop is this stack's own: adopting it would have the update remove it from under what runs
  got:     true
  allowed: false, for a network that the stack made itself
  fix:     pulumi config set --path 'webnet:network.adopt' false --stack prod
`.trim(),
    ]);
  });

  describe("that a stack runs on", () => {
    const mysql = { name: "webnet-prod-mysql", stack: "prod", networks: ["old"] };

    it("is never exchanged for another one", async () => {
      for (const changes of [{}, adopt]) {
        const { problems } = await find([{ Name: "old", Id: "1" }], changes, [mysql]);
        assert.deepEqual(blocks(problems), [
          `
webnet:network.name
  problem: the stack runs on the network old (webnet-prod-mysql): with another one every container would be made anew, MySQL and the gateway included
  got:     shop
  allowed: old, while the stack runs; how to move it all the same: docs/operations.md, "Another network"
  fix:     pulumi config set --path 'webnet:network.name' old --stack prod
`.trim(),
        ]);
      }
    });

    it("is told from those of other stacks, of copies and of those that share another's", async () => {
      const own = { Name: "shop", Id: "1", Labels: { "webnet.stack": "prod" } };
      const others = [
        { ...mysql, networks: ["shop"] },
        { ...mysql, stack: "staging" },
        { ...mysql, role: "copy", networks: ["bridge"] },
        { ...mysql, networks: [] },
      ];
      assert.deepEqual(await find([own], {}, others), { problems: [] });
    });
  });
});
