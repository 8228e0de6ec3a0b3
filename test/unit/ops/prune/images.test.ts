import assert from "node:assert/strict";
import type Docker from "dockerode";
import { heldContainers, heldImages } from "../../../../ops/prune/images.ts";

const image = { Id: "sha256:1", Size: 100, SharedSize: 30, RepoTags: ["a:1"], RepoDigests: null };

function engine(answers: { images?: unknown; df?: unknown; containers?: unknown }): Docker {
  return {
    listImages: () => Promise.resolve(answers.images),
    listContainers: () => Promise.resolve(answers.containers),
    df: () =>
      answers.df === undefined ? Promise.reject(new Error("must not be asked")) : Promise.resolve(answers.df),
  } as unknown as Docker;
}

describe("the engine's images, for a prune", () => {
  it("are those of its list, less what they share", async () => {
    const dangling = { ...image, Id: "sha256:2", RepoTags: ["<none>:<none>"], RepoDigests: ["a@sha256:3"] };
    assert.deepEqual(await heldImages(engine({ images: [image, dangling] })), [
      { id: "sha256:1", references: ["a:1"], bytes: 70 },
      { id: "sha256:2", references: ["a@sha256:3"], bytes: 70 },
    ]);
  });

  it("share what the account of the disk says, where an older engine's list doesn't", async () => {
    const images = [{ ...image, SharedSize: -1 }];
    assert.deepEqual(
      (await heldImages(engine({ images, df: { Images: [{ Id: "sha256:1", SharedSize: 10 }] } }))).map(
        ({ bytes }) => bytes,
      ),
      [90],
    );
  });

  for (const [what, images] of [
    ["no list", { Images: [] }],
    ["an image without an id", [{ ...image, Id: undefined }]],
    ["an image without references", [{ ...image, RepoTags: undefined }]],
    ["an image without a size", [{ ...image, Size: undefined }]],
  ] as const) {
    it(`are not taken for none: ${what}`, async () => {
      await assert.rejects(
        heldImages(engine({ images })),
        /its images in a way that isn't known here, and nothing/,
      );
    });
  }

  it("are not taken for none where the account of the disk is another one, as since API 1.52", async () => {
    const images = [{ ...image, SharedSize: -1 }];
    const df = { ImageUsage: { TotalCount: 1 } };
    await assert.rejects(
      heldImages(engine({ images, df })),
      /what its images take in a way that isn't known/,
    );
  });

  it("are in use by containers that say so, and by nothing else", async () => {
    const containers = [{ ImageID: "sha256:1", Labels: { a: "b" }, Names: ["/x"] }];
    assert.deepEqual(
      (await heldContainers(engine({ containers }))).map(({ ImageID }) => ImageID),
      ["sha256:1"],
    );
    const unnamed = [{ Image: "a:1", Labels: {} }];
    await assert.rejects(
      heldContainers(engine({ containers: unnamed })),
      /its containers in a way that isn't known/,
    );
  });
});
