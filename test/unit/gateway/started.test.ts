import assert from "node:assert/strict";
import type Docker from "dockerode";
import { startedGateway } from "../../../gateway/started.ts";
import { FakeContainer } from "../support/fake-container.ts";

const labels = { "webnet.stack": "prod", "webnet.role": "gateway", "webnet.gateway": "0a1b2c3d" };

interface State {
  running: boolean;
  inDeadNetwork: boolean;
  /** State of its edge. Default: running */
  edge?: string;
  /** The engine waits before the next start. */
  restarting?: boolean;
}

/** An engine with one gateway, and the commands that it got. */
function engineWith(state: State) {
  const told: string[] = [];
  const { container } = new FakeContainer(({ argv }) => {
    const script = argv.join(" ");
    if (script.includes("/proc/self/ns/net")) return { exitCode: state.inDeadNetwork ? 0 : 1 };
    return script.includes("/.webnet/listening") ? { stdout: "public\n" } : {};
  });
  Object.assign(container, {
    inspect: () =>
      Promise.resolve({
        State: { Running: state.running, Restarting: state.restarting === true },
        Config: { Labels: labels },
        HostConfig: { NetworkMode: "container:edge" },
        Image: "sha256:1",
      }),
    start: () => {
      told.push("start");
      if (state.running) return Promise.reject(Object.assign(new Error("started"), { statusCode: 304 }));
      state.running = true;
      return Promise.resolve();
    },
    restart: ({ t }: { t: number }) => {
      told.push(`restart ${t}`);
      state.inDeadNetwork = false;
      return Promise.resolve();
    },
  });
  const docker = {
    listContainers: ({ all = false, filters }: { all?: boolean; filters: { label: string[] } }) =>
      Promise.resolve(
        filters.label.includes("webnet.role=edge")
          ? [
              {
                Id: "edge",
                Names: ["/edge"],
                Labels: { "webnet.role": "edge" },
                State: state.edge ?? "running",
                Status: "Exited (0)",
              },
            ]
          : all || state.running
            ? [{ Id: "nginx", Names: ["/gateway"], Labels: labels }]
            : [],
      ),
    getContainer: () => container,
  } as unknown as Docker;
  return { docker, told };
}

async function toldTo(state: State): Promise<string[]> {
  const { docker, told } = engineWith(state);
  assert.equal((await startedGateway(docker, "prod", "0a1b2c3d")).id, "0a1b2c3d");
  return told;
}

describe("the gateway that an update goes by", () => {
  it("is none where its edge doesn't run: no release is to blame for what it can't reach", async () => {
    const state = { running: true, inDeadNetwork: false, edge: "exited" };
    await assert.rejects(toldTo(state), {
      message:
        "edge, which holds the gateway's network, doesn't run (Exited (0)): no client reaches the gateway.\n" +
        "npm run ops -- recover --stack prod, then pulumi up.",
    });
  });

  it("is left alone where it runs and can be reached", async () => {
    assert.deepEqual(await toldTo({ running: true, inDeadNetwork: false }), []);
  });

  it("is started where it doesn't run", async () => {
    assert.deepEqual(await toldTo({ running: false, inDeadNetwork: false }), ["start"]);
  });

  it("is waited for where it ends again and again, while the engine waits to start it once more", async () => {
    const state = { running: true, inDeadNetwork: false, restarting: true };
    setTimeout(() => (state.restarting = false), 300);
    assert.deepEqual(await toldTo(state), ["start"]);
  });

  it("is started again where its edge has left its network: only in its own container does it answer", async () => {
    assert.deepEqual(await toldTo({ running: true, inDeadNetwork: true }), ["restart 0"]);
  });
});
