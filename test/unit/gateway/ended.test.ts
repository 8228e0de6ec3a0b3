import assert from "node:assert/strict";
import type Docker from "dockerode";
import { whileItRuns } from "../../../gateway/ended.ts";
import { GatewayContainer } from "../../../gateway/gateway.ts";

interface State {
  Running: boolean;
  Restarting?: boolean;
  StartedAt?: string;
}

/** A gateway whose engine tells these states, one at each question, and the last one from then on. */
function gatewayThat(states: readonly (State | undefined)[], takesCommands = true): GatewayContainer {
  let asked = 0;
  const inspect = () => {
    const State = states[Math.min(asked, states.length - 1)];
    asked += 1;
    return State === undefined
      ? Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }))
      : Promise.resolve({ State });
  };
  const exec = () =>
    takesCommands
      ? Promise.resolve({ exitCode: 0, stdout: "", stderr: "" })
      : Promise.reject(new Error("OCI runtime exec failed"));
  return new GatewayContainer({ inspect } as unknown as Docker.Container, exec);
}

const runs = { Running: true, StartedAt: "10:00" };
const runsAgain = { Running: true, StartedAt: "10:05" };
const fails = (): Promise<number> => Promise.reject(new Error("exit code 137"));

describe("what is done with a gateway that may end", () => {
  it("is no failure where it has ended, or is gone", async () => {
    assert.equal(await whileItRuns(gatewayThat([runs, { Running: false }]), fails), undefined);
    assert.equal(await whileItRuns(gatewayThat([runs, undefined]), fails), undefined);
    assert.equal(await whileItRuns(gatewayThat([undefined]), fails), undefined);
    // The engine reports a container that it is about to restart as running.
    assert.equal(await whileItRuns(gatewayThat([runs, { ...runs, Restarting: true }]), fails), undefined);
  });

  it("is no failure where the engine has not noticed the end yet", async () => {
    assert.equal(
      await whileItRuns(gatewayThat([runs, runs, runs, { Running: false }], false), fails),
      undefined,
    );
  });

  it("is one where it runs on", async () => {
    await assert.rejects(whileItRuns(gatewayThat([runs]), fails), { message: "exit code 137" });
    assert.equal(await whileItRuns(gatewayThat([runs]), () => Promise.resolve(2)), 2);
  });

  it("is done again where the engine has started it again meanwhile", async () => {
    let times = 0;
    const failsOnce = (): Promise<number> => ((times += 1) === 1 ? fails() : Promise.resolve(times));
    assert.equal(await whileItRuns(gatewayThat([runs, runsAgain]), failsOnce), 2);
    await assert.rejects(whileItRuns(gatewayThat([runs, runsAgain, runsAgain, runs]), fails), {
      message: "exit code 137",
    });
  });
});
