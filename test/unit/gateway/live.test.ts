import assert from "node:assert/strict";
import type Docker from "dockerode";
import { liveGateway, publicGateways, runningGateway } from "../../../gateway/live.ts";
import { FakeContainer } from "../support/fake-container.ts";

const record = { generation: "abc-blue-00000001", digest: "d", active: "blue-00000001", keptReleases: [] };

interface Fake {
  id: string;
  running?: boolean;
  /** The engine waits before the next start, and reports it as running. */
  restarting?: boolean;
  listening?: "public" | "quiet";
  unrouted?: boolean;
  /** What the engine answers to a command in its container. Default: it runs it. */
  refused?: number;
}

/** An engine with gateway containers. Each may have given up its route. */
function engineWith(...gateways: Fake[]): Docker {
  const containers = new Map(
    gateways.map((gateway) => {
      const {
        id,
        running = true,
        restarting = false,
        listening = "public",
        unrouted = false,
        refused,
      } = gateway;
      const { container } = new FakeContainer(({ argv }) => {
        if (refused !== undefined) throw Object.assign(new Error("refused"), { statusCode: refused });
        const script = argv[2] ?? "";
        if (script.includes("/unrouted")) return { exitCode: unrouted ? 0 : 1 };
        if (argv.join(" ").includes("/.webnet/listening")) return { stdout: `${listening}\n` };
        return { stdout: JSON.stringify(record) };
      });
      const inspect = () =>
        Promise.resolve({
          State: { Running: running, Restarting: restarting },
          Image: `sha256:${id}`,
          Config: { Labels: { "webnet.gateway": id } },
          HostConfig: { NetworkMode: "container:edge" },
        });
      return [id, Object.assign(container, { inspect, id })];
    }),
  );
  return {
    listContainers: () => Promise.resolve(gateways.map(({ id }) => ({ Id: id }))),
    getContainer: (id: string) => containers.get(id),
  } as unknown as Docker;
}

describe("what the gateway serves", () => {
  it("is the record of the generation that nginx names", async () => {
    const live = await liveGateway(engineWith({ id: "1" }), "prod");
    assert.deepEqual([live?.image, live?.record], ["sha256:1", record]);
  });

  it("is nothing where the gateway is gone or doesn't run", async () => {
    assert.equal(await liveGateway(engineWith(), "prod"), undefined);
    assert.equal(await liveGateway(engineWith({ id: "1", running: false }), "prod"), undefined);
    assert.equal(await liveGateway(engineWith({ id: "1", restarting: true }), "prod"), undefined);
  });

  for (const refused of [404, 409]) {
    it(`is nothing where its container ends meanwhile, of which the engine says ${refused}`, async () => {
      assert.equal(await liveGateway(engineWith({ id: "1", refused }), "prod"), undefined);
    });
  }

  it("fails where the engine does", async () => {
    await assert.rejects(liveGateway(engineWith({ id: "1", refused: 500 }), "prod"), /refused/);
  });

  it("is nothing once its route was given up", async () => {
    assert.equal(await liveGateway(engineWith({ id: "1", unrouted: true }), "prod"), undefined);
  });
});

describe("of two gateways", () => {
  const two = (first: Fake["listening"], second: Fake["listening"]): Docker =>
    engineWith({ id: "1", listening: first ?? "quiet" }, { id: "2", listening: second ?? "quiet" });

  it("the one that takes connections is meant, whichever it is", async () => {
    assert.equal((await runningGateway(two("public", "quiet"), "prod"))?.id, "1");
    assert.equal((await runningGateway(two("quiet", "public"), "prod"))?.id, "2");
  });

  it("both may, for the moment in which the one takes the other's place", async () => {
    const serving = await publicGateways(two("public", "public"), "prod");
    assert.deepEqual(
      serving.map(({ id }) => id),
      ["1", "2"],
    );
  });

  it("one is found where neither does", async () => {
    assert.equal((await runningGateway(two("quiet", "quiet"), "prod"))?.id, "1");
    assert.deepEqual(await publicGateways(two("quiet", "quiet"), "prod"), []);
  });
});
