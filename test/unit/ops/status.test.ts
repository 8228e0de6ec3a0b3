import assert from "node:assert/strict";
import { notedParts } from "../support/notes.ts";
import { describe as describeStatus, type Status } from "../../../ops/status/status.ts";

const text = (status: Status): string => describeStatus(status, "x");

describe("ops/status", () => {
  it("marks the container that the route points to", () => {
    const shown = text({
      route: "blue-00000001",
      keptReleases: ["green-00000002"],
      containers: [
        { name: "webnet-x-backend-blue-00000001", release: "blue-00000001", state: "Up (healthy)" },
        { name: "webnet-x-mysql", release: "", state: "Up (healthy)" },
      ],
    });
    assert.match(shown, /^The gateway routes to blue-00000001\.$/m);
    assert.match(shown, /green-00000002/);
    assert.match(shown, /blue-00000001 {2}Up \(healthy\) {2}← the route$/m);
    assert.match(shown, /mysql +Up \(healthy\)$/m);
  });

  it("tells of a canary, and marks its container", () => {
    const shown = text({
      route: "blue-00000001",
      canary: { release: "green-00000002", percent: 5 },
      keptReleases: [],
      containers: [{ name: "webnet-x-backend-green-00000002", release: "green-00000002", state: "Up" }],
    });
    assert.match(shown, /^5 % of the clients go to green-00000002\.$/m);
    assert.match(shown, /← the canary$/m);
  });

  it("shows what runs where the gateway says less than it should, and says why", () => {
    const containers = [{ name: "webnet-x-mysql", release: "", state: "Up" }];
    const silent = text({ route: undefined, problem: "no answer", keptReleases: [], containers });
    assert.match(
      silent,
      /^What the gateway routes to isn't known\.\nNot all is known: no answer\.\nContainers:/,
    );
    const damaged = text({
      route: "blue-00000001",
      problem: "cut off",
      keptReleases: [],
      containers,
    });
    assert.match(damaged, /^The gateway routes to blue-00000001\.\nNot all is known: cut off\.$/m);
  });

  it("names tag and age of what serves and what stands by", () => {
    const note = (release: string, backend: string, frontend: string) => ({
      ...{ release, parts: notedParts({ backend, frontend }) },
      published: new Date("2026-11-28T22:15:43Z"),
    });
    const status = {
      route: "blue-00000001",
      keptReleases: [],
      notes: [
        note("blue-00000001", "v2", "v2"),
        note("green-00000002", "v1", "w1"),
        note("green-00000000", "v0", "v0"),
      ],
      containers: ["blue-00000001", "green-00000002"].map((release) => ({
        name: release,
        release,
        state: "Up",
      })),
    };
    assert.deepEqual(text(status).split("\n").slice(0, 4), [
      "The gateway routes to blue-00000001.",
      "  blue serves: v2, published 2026-11-28 22:15 UTC",
      "  green stands by: backend v1 with frontend w1, published 2026-11-28 22:15 UTC",
      "Containers:",
    ]);
    assert.match(
      text({ ...status, canary: { release: "green-00000002", percent: 5 } }),
      /green is the canary: /,
    );
  });

  it("says so where there is no such stack", () => {
    assert.equal(
      text({ route: undefined, keptReleases: [], containers: [] }),
      "There is no x on this engine yet, or it was destroyed: pulumi up --stack x makes it.",
    );
  });
});
