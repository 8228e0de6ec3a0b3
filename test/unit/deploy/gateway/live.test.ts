import assert from "node:assert/strict";
import type Docker from "dockerode";
import { liveGateway } from "../../../../deploy/gateway/live.ts";
import { FakeContainer } from "../../support/fake-container.ts";

const record = { generation: "abc-blue-00000001", digest: "d", active: "blue-00000001", keptReleases: [] };

/** An engine with a gateway container, or without one; its route may have been given up. */
function engineWith(inspected: { Running: boolean } | undefined, unrouted = false): Docker {
  const { container } = new FakeContainer(({ argv }) => {
    if (argv[2]?.includes("/unrouted") === true) return { exitCode: unrouted ? 0 : 1 };
    return { stdout: JSON.stringify(record) };
  });
  const inspect = () =>
    inspected === undefined
      ? Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }))
      : Promise.resolve({ State: inspected, Image: "sha256:1" });
  return { getContainer: () => Object.assign(container, { inspect }) } as unknown as Docker;
}

describe("what the gateway serves", () => {
  it("is the record of the generation that nginx names", async () => {
    const live = await liveGateway(engineWith({ Running: true }), "webnet-prod-gateway");
    assert.deepEqual([live?.image, live?.record], ["sha256:1", record]);
  });

  it("is nothing where the gateway is gone or doesn't run", async () => {
    assert.equal(await liveGateway(engineWith(undefined), "webnet-prod-gateway"), undefined);
    assert.equal(await liveGateway(engineWith({ Running: false }), "webnet-prod-gateway"), undefined);
  });

  it("is nothing once its route was given up", async () => {
    assert.equal(await liveGateway(engineWith({ Running: true }, true), "webnet-prod-gateway"), undefined);
  });
});
