import assert from "node:assert/strict";
import type Docker from "dockerode";
import { withTemporary } from "../../../engine/temporary.ts";

function fake(removal: () => Promise<void>): { docker: Docker; removed: object[] } {
  const removed: object[] = [];
  const container = {
    remove: ({ force, v }: { force: boolean; v: boolean }) => {
      removed.push({ force, v });
      return removal();
    },
  };
  return { docker: { createContainer: () => Promise.resolve(container) } as unknown as Docker, removed };
}

const whole = { force: true, v: true };

describe("a container for a moment", () => {
  it("is removed with its volumes, when the work has ended and when it has failed", async () => {
    const { docker, removed } = fake(() => Promise.resolve());
    assert.equal(await withTemporary(docker, {}, () => Promise.resolve(7)), 7);
    await assert.rejects(
      withTemporary(docker, {}, () => Promise.reject(new Error("the work"))),
      { message: "the work" },
    );
    assert.deepEqual(removed, [whole, whole]);
  });

  it("that can't be removed is an error, but never in the place of the work's own", async () => {
    const { docker, removed } = fake(() => Promise.reject(new Error("the removal")));
    await assert.rejects(
      withTemporary(docker, {}, () => Promise.resolve()),
      { message: "the removal" },
    );
    await assert.rejects(
      withTemporary(docker, {}, () => Promise.reject(new Error("the work"))),
      { message: "the work" },
    );
    assert.equal(removed.length, 2);
  });
});
