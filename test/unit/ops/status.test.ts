import assert from "node:assert/strict";
import { describe as describeStatus } from "../../../ops/status/status.ts";

describe("ops/status", () => {
  it("marks the container that the route points to", () => {
    const text = describeStatus({
      route: "blue-00000001",
      keptReleases: ["green-00000002"],
      containers: [
        { name: "webnet-x-backend-blue-00000001", release: "blue-00000001", state: "Up (healthy)" },
        { name: "webnet-x-mysql", release: "", state: "Up (healthy)" },
      ],
    });
    assert.match(text, /^The gateway routes to blue-00000001\.$/m);
    assert.match(text, /green-00000002/);
    assert.match(text, /blue-00000001 {2}Up \(healthy\) {2}← the route$/m);
    assert.match(text, /mysql +Up \(healthy\)$/m);
  });

  it("tells of a canary, and marks its container", () => {
    const text = describeStatus({
      route: "blue-00000001",
      canary: { release: "green-00000002", percent: 5 },
      keptReleases: [],
      containers: [{ name: "webnet-x-backend-green-00000002", release: "green-00000002", state: "Up" }],
    });
    assert.match(text, /^5 % of the clients go to green-00000002\.$/m);
    assert.match(text, /← the canary$/m);
  });

  it("shows what runs where the gateway says less than it should, and says why", () => {
    const containers = [{ name: "webnet-x-mysql", release: "", state: "Up" }];
    const silent = describeStatus({ route: undefined, problem: "no answer", keptReleases: [], containers });
    assert.match(
      silent,
      /^What the gateway routes to isn't known\.\nNot all is known: no answer\.\nContainers:/,
    );
    const damaged = describeStatus({
      route: "blue-00000001",
      problem: "cut off",
      keptReleases: [],
      containers,
    });
    assert.match(damaged, /^The gateway routes to blue-00000001\.\nNot all is known: cut off\.$/m);
  });

  it("says so where nothing runs", () => {
    const text = describeStatus({ route: undefined, keptReleases: [], containers: [] });
    assert.equal(text, "No release is routed to.\nThe stack has no container.");
  });
});
