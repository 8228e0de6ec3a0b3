import assert from "node:assert/strict";
import type Docker from "dockerode";
import { whileItRuns } from "../../../gateway/ended.ts";
import { GatewayContainer } from "../../../gateway/gateway.ts";

const gatewayThat = (Running: boolean | undefined, Restarting = false): GatewayContainer => {
  const inspect = () =>
    Running === undefined
      ? Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }))
      : Promise.resolve({ State: { Running, Restarting } });
  return new GatewayContainer({ inspect } as unknown as Docker.Container);
};
const fails = (): Promise<number> => Promise.reject(new Error("exit code -1"));

describe("what is done with a gateway that may end", () => {
  it("is no failure where it has ended, or is gone", async () => {
    assert.equal(await whileItRuns(gatewayThat(false), fails), undefined);
    assert.equal(await whileItRuns(gatewayThat(undefined), fails), undefined);
    // The engine reports a container that it is about to restart as running.
    assert.equal(await whileItRuns(gatewayThat(true, true), fails), undefined);
  });

  it("is one where it runs", async () => {
    await assert.rejects(whileItRuns(gatewayThat(true), fails), { message: "exit code -1" });
    assert.equal(await whileItRuns(gatewayThat(true), () => Promise.resolve(2)), 2);
  });
});
