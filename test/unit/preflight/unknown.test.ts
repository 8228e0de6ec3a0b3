import assert from "node:assert/strict";
import type Docker from "dockerode";
import { inspectUnknown } from "../../../preflight/unknown.ts";

interface Found {
  id: string;
  role: string;
  /** Default: prod */
  stack?: string;
  release?: string;
  gateway?: string;
  /** The id of the container whose network it joined. */
  joined?: string;
  /** Default: one of ours */
  name?: string;
}

function look(containers: Found[], networks: string[], known: string[], wanted: string[] = ["blue-1"]) {
  const docker = {
    listContainers: () =>
      Promise.resolve(
        containers.map(
          ({ id, name = `webnet-prod-${id}`, stack = "prod", role, release, gateway: version, joined }) => ({
            Id: id,
            Names: [`/${name}`],
            Labels: {
              "webnet.role": role,
              "webnet.stack": stack,
              ...(release !== undefined && { "webnet.release": release }),
              ...(version !== undefined && { "webnet.gateway": version }),
            },
            HostConfig: { NetworkMode: joined === undefined ? "bridge" : `container:${joined}` },
          }),
        ),
      ),
    listNetworks: () =>
      Promise.resolve(networks.map((name) => ({ Id: name, Name: name, Labels: { "webnet.stack": "prod" } }))),
  } as unknown as Docker;
  const ids = new Set(known);
  const names = new Map(known.filter((id) => !networks.includes(id)).map((id) => [id, `webnet-prod-${id}`]));
  const state = { containers: names, networks: ids, images: new Map<string, string>(), files: new Map() };
  return inspectUnknown(docker, "prod", wanted, () => Promise.resolve(state));
}

const gateway = { id: "gateway", role: "gateway" };
const blue = { id: "blue", role: "backend", release: "blue-1" };

describe("what the state has forgotten", () => {
  it("is nothing on an engine without the stack, of which a state may know that is gone", async () => {
    assert.deepEqual(await look([], [], []), { problems: [], warnings: [] });
    const { problems, warnings } = await look([], [], ["gateway"]);
    assert.deepEqual(problems, []);
    assert.match(
      warnings.join(),
      /^the engine doesn't have webnet-prod-gateway, which the state knows: .* recover /,
    );
  });

  it("is not looked for where the stack was renamed, which is refused with the way back", async () => {
    const { problems } = await look([{ ...blue, stack: "local" }], [], ["blue"]);
    assert.deepEqual(
      problems.map(({ got, fix }) => [got, fix]),
      [["local", ["pulumi stack rename local --stack prod"]]],
    );
  });

  it("is asked of the state in every update, so that no later one has a step more than the first", async () => {
    let asked = 0;
    const docker = {
      listContainers: () => Promise.resolve([]),
      listNetworks: () => Promise.resolve([]),
    } as unknown as Docker;
    await inspectUnknown(docker, "prod", [], () => {
      asked += 1;
      return Promise.resolve(undefined);
    });
    assert.equal(asked, 1);
  });

  it("is nothing where it knows all", async () => {
    const found = await look([gateway, blue], ["net"], ["gateway", "blue", "net"]);
    assert.deepEqual(found, { problems: [], warnings: [] });
  });

  it("ends the update with the command that heals", async () => {
    const { problems } = await look([gateway, blue], ["net"], []);
    assert.deepEqual(problems, [
      {
        at: "the state of prod",
        what: "the engine has what this stack made, and the state doesn't know it: it was lost, or an update was killed",
        got: "the network net, webnet-prod-blue, webnet-prod-gateway",
        allowed: "a state that knows all that the update would make again",
        fix: ["npm run ops -- recover --stack prod"],
      },
    ]);
  });

  it("is in the way when the update would make it", async () => {
    const { problems } = await look([gateway, blue], [], ["gateway"]);
    assert.equal(problems[0]?.got, "webnet-prod-blue");
  });

  it("is only told of when the update has nothing to do with it", async () => {
    const { problems, warnings } = await look([gateway, blue], [], ["gateway"], ["blue-2"]);
    assert.deepEqual(problems, []);
    assert.match(warnings.join(), /doesn't know webnet-prod-blue, .*npm run ops -- recover --stack prod/);
  });

  it("is not what a script made for a moment", async () => {
    const copy = { id: "copy", role: "copy" };
    assert.deepEqual(await look([gateway, copy], [], ["gateway"]), { problems: [], warnings: [] });
  });

  it("is not a container of an image that somebody made of one of ours, with all its labels", async () => {
    const copied = { ...blue, id: "debug", name: "debug" };
    assert.deepEqual(await look([gateway, copied], [], ["gateway"]), { problems: [], warnings: [] });
  });

  const edge = { id: "edge", role: "edge" };
  const nginx = { id: "nginx", role: "gateway", gateway: "0a1b2c3d", joined: "edge" };

  it("is in nobody's way where it is a gateway that this configuration doesn't run", async () => {
    const { problems, warnings } = await look([edge, nginx], [], ["edge"], ["another"]);
    assert.deepEqual(problems, []);
    assert.match(warnings.join(), /webnet-prod-nginx, which is in nobody's way/);
    assert.match((await look([edge, nginx], [], ["edge"], ["0a1b2c3d"])).problems[0]?.got ?? "", /nginx/);
  });

  it("stops an update that would leave the gateway in the network of an edge that is gone", async () => {
    const known = ["edge", "other", "nginx"];
    const { problems } = await look([{ ...edge, id: "other" }, nginx], [], known, ["0a1b2c3d"]);
    assert.deepEqual(
      problems.map(({ at, got, fix }) => [at, got, fix]),
      [["the gateway of prod", "webnet-prod-nginx", ["npm run ops -- recover --stack prod"]]],
    );
    assert.deepEqual((await look([edge, nginx], [], known, ["0a1b2c3d"])).problems, []);
    // A gateway that the update removes needs no edge.
    assert.deepEqual((await look([nginx], [], known, ["another"])).problems, []);
  });

  it("is not looked for on another engine than the state's, which is refused", async () => {
    const docker = {
      listContainers: () => Promise.resolve([]),
      listNetworks: () => Promise.resolve([]),
      info: () => Promise.resolve({ ID: "B" }),
    } as unknown as Docker;
    const none = new Set<string>();
    const look = (noted: string) =>
      inspectUnknown(docker, "prod", [], () =>
        Promise.resolve({
          containers: new Map<string, string>(),
          networks: none,
          images: new Map<string, string>(),
          files: new Map(),
          engine: noted,
        }),
      );
    const { problems } = await look("A");
    assert.deepEqual(
      problems.map(({ got, fix }) => [got, fix]),
      [["the engine B", ["WEBNET_ENGINE=B pulumi up --stack prod"]]],
    );
    assert.deepEqual(await look("B"), { problems: [], warnings: [] });
  });
});
