import assert from "node:assert/strict";
import type Docker from "dockerode";
import { pathsOf, removeImages } from "../../../../ops/prune/prune.ts";

/** An engine that refuses to remove these images, each with a status. */
function engine(statuses: Record<string, number>) {
  const removed: string[] = [];
  const getImage = (reference: string) => ({
    remove: () => {
      const statusCode = statuses[reference];
      if (statusCode !== undefined) return Promise.reject(Object.assign(new Error("no"), { statusCode }));
      removed.push(reference);
      return Promise.resolve();
    },
  });
  return { docker: { getImage } as unknown as Docker, removed };
}

const release = (name: string, images: string[]) => ({
  ...{ release: name, tags: "v1", bytes: 1, images },
  keepsNote: false,
});

describe("ops/prune, as it removes", () => {
  it("goes on past an image that something uses, and past one that is gone already", async () => {
    const { docker, removed } = engine({ "b:1": 409, "f:1": 404 });
    const said: string[] = [];
    const staying = await removeImages(docker, ["b:1", "f:1", "b:2"], (line) => said.push(line));
    assert.deepEqual([staying, removed], [["b:1"], ["b:2"]]);
    assert.deepEqual(said, ["  b:1 stays: something uses it."]);
    await assert.rejects(
      removeImages(engine({ "b:1": 500 }).docker, ["b:1"], () => undefined),
      /^Error: no$/,
    );
  });

  it("leaves the note that names an image that stays: by it a later prune finds the image", () => {
    const releases = [release("blue-00000001", ["b:1", "f:1"]), release("green-00000002", ["b:2", "f:2"])];
    assert.deepEqual(pathsOf({ releases }, ["f:1"]), [
      "./blue-00000001",
      "./green-00000002",
      "./.releases/green-00000002.json",
    ]);
  });
});
