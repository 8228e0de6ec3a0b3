import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { releasesThere } from "../../../preflight/releases-there.ts";
import { refusal } from "../support/fake-docker.ts";

/** An engine whose volume of frontends has these directories and files. */
function engineWith(entries: Record<string, "directory" | "file">): Docker {
  const isBelowFile = (path: string): boolean =>
    Object.entries(entries).some(
      ([name, kind]) => kind === "file" && path.startsWith(`/srv/frontend/${name}/`),
    );
  const container = {
    getArchive: () => Promise.reject(refusal(404, "no such directory")),
    infoArchive: ({ path }: { path: string }) => {
      if (isBelowFile(path)) return Promise.reject(refusal(500, `lstat ${path}: not a directory`));
      const kind = entries[path.replace("/srv/frontend/", "")];
      if (kind === undefined) return Promise.reject(refusal(404, "no such file"));
      // Go's file modes.
      const stat = JSON.stringify({ mode: kind === "directory" ? 2 ** 31 + 0o755 : 0o444 });
      const headers = { "x-docker-container-path-stat": Buffer.from(stat).toString("base64") };
      return Promise.resolve(Object.assign(Readable.from([]), { headers }));
    },
  };
  const gateway = { Id: "gateway", Labels: {}, Mounts: [{ Destination: "/srv/frontend" }] };
  return {
    listContainers: () => Promise.resolve([gateway]),
    getContainer: () => container,
  } as unknown as Docker;
}

describe("preflight: a release that is there", () => {
  it("is published where its directory has the mark, and not where a failed publish left a file", async () => {
    const { isPublished } = await releasesThere(
      engineWith({
        "blue-00000001": "directory",
        "blue-00000001/.published": "file",
        "green-00000002": "directory",
        "blue-00000003": "file",
      }),
      { stack: "prod", prefix: "webnet-prod" },
    );
    const answers = ["blue-00000001", "green-00000002", "blue-00000003", "green-00000004"].map(isPublished);
    assert.deepEqual(await Promise.all(answers), [true, false, false, false]);
  });
});
