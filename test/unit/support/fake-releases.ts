import { Readable } from "node:stream";
import tar from "tar-stream";
import { publishedMark } from "../../../release/note.ts";

/** A release as an engine has it. */
export interface FakeRelease {
  /** The engine's id of its backend's image; undefined: its container is gone. */
  backend?: string;
  /** The text of its note; undefined: it never had one. */
  note?: string;
  /** True if its files are in the volume. Default: true with a note. */
  published?: boolean;
}

/** The engine's header about a path, with Go's file mode. */
const stat = (mode: number) => ({
  "x-docker-container-path-stat": Buffer.from(JSON.stringify({ mode })).toString("base64"),
});
const aDirectory = stat(2 ** 31 + 0o755);
const aFile = stat(0o644);

/** The part of an engine's client that answers about releases. */
export function fakeReleases(releases: Record<string, FakeRelease>) {
  const gateway = {
    Id: "gateway",
    Labels: { "webnet.role": "gateway" },
    Mounts: [{ Destination: "/srv/frontend" }],
  };
  return {
    listContainers: ({ filters }: { filters?: { volume?: string[] } } = {}) => {
      if (filters?.volume !== undefined)
        return Promise.resolve(Object.keys(releases).length > 0 ? [gateway] : []);
      return Promise.resolve(
        Object.entries(releases).flatMap(([release, { backend }]) =>
          backend === undefined ? [] : [{ Labels: { "webnet.release": release }, ImageID: backend }],
        ),
      );
    },
    getContainer: () => ({
      getArchive: () => {
        const pack = tar.pack();
        pack.entry({ name: ".releases", type: "directory" });
        for (const [release, { note }] of Object.entries(releases))
          if (note !== undefined) pack.entry({ name: `.releases/${release}.json` }, note);
        pack.finalize();
        return Promise.resolve(Readable.from(pack));
      },
      infoArchive: ({ path }: { path: string }) => {
        const isMark = path.endsWith(`/${publishedMark}`);
        const release = path.split("/").at(isMark ? -2 : -1) ?? "";
        const { note, published = note !== undefined } = releases[release] ?? {};
        return published
          ? Promise.resolve(Object.assign(Readable.from([]), { headers: isMark ? aFile : aDirectory }))
          : Promise.reject(Object.assign(new Error("no such file"), { statusCode: 404 }));
      },
    }),
  };
}
