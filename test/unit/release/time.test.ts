import assert from "node:assert/strict";
import { releaseTime } from "../../../release/time.ts";

describe("release: the time of its files", () => {
  it("is another for another release, and one that every file system keeps", () => {
    const times = ["blue-00000001", "blue-7fffffff", "green-9a2b3c4d", "green-ffffffff"].map((release) =>
      releaseTime(release).getTime(),
    );
    assert.equal(times[0], 1000);
    assert.equal(new Set(times.slice(0, 3)).size, 3);
    for (const time of times) assert.ok(time >= 0 && time < 2 ** 31 * 1000);
  });
});
