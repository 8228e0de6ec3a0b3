import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import tar from "tar-stream";
import { copyDirectory, packFiles, writeFiles } from "../../../engine/volume.ts";
import { readTar } from "../support/tar.ts";

describe("files for a volume", () => {
  it("keep their content, mode and owner, in directories of the same owner", async () => {
    const files = [
      { path: "a/b/secret", content: "geheim €", mode: 0o400, uid: 999 },
      { path: "a/plain", content: "", mode: 0o444, uid: 101 },
      { path: "top", content: "x\n", mode: 0o400, uid: 5 },
    ];
    assert.deepEqual(await readTar(packFiles(files)), [
      { name: "a", type: "directory", mode: 0o755, uid: 999, gid: 999, content: "" },
      { name: "a/b", type: "directory", mode: 0o755, uid: 999, gid: 999, content: "" },
      { name: "a/b/secret", type: "file", mode: 0o400, uid: 999, gid: 999, content: "geheim €" },
      { name: "a/plain", type: "file", mode: 0o444, uid: 101, gid: 101, content: "" },
      { name: "top", type: "file", mode: 0o400, uid: 5, gid: 5, content: "x\n" },
    ]);
  });

  it("are written once more where somebody else has just made their folder, and for no other reason", async () => {
    const written: string[][] = [];
    const refusing = (message: string) =>
      ({
        putArchive: async (stream: Readable) => {
          written.push((await readTar(stream)).map(({ name }) => name));
          if (written.length === 1) throw new Error(message);
        },
      }) as unknown as Docker.Container;
    const files = [{ path: "notes/one", content: "", mode: 0o444, uid: 0 }];
    await writeFiles(refusing("mkdir /volume/notes: file exists"), "/volume", files);
    assert.deepEqual(written, [
      ["notes", "notes/one"],
      ["notes", "notes/one"],
    ]);
    written.length = 0;
    await assert.rejects(writeFiles(refusing("no space left on device"), "/volume", files), /no space left/);
    assert.equal(written.length, 1);
  });

  it("may be none", async () => {
    assert.deepEqual(await readTar(packFiles([])), []);
  });
});

describe("a directory's copy", () => {
  it("has another name, belongs to root and can be read by everybody", async () => {
    const source = tar.pack();
    source.entry({ name: "dist", type: "directory", mode: 0o700, uid: 7 });
    source.entry({ name: "dist/index.html", mode: 0o600, uid: 7 }, "<html>");
    source.entry({ name: "dist/assets/app.js", mode: 0o600, uid: 7 }, "js");
    source.entry({ name: "dist/latest", type: "symlink", linkname: "index.html" });
    source.finalize();
    const target = new FakeTarget();
    const copied = await copyDirectory(
      { container: sourceOf(Readable.from(source)), path: "/opt/dist" },
      { container: target.container, path: "/volume", directory: "blue-00000000" },
    );
    assert.equal(copied, 2);
    assert.equal(target.path, "/volume");
    const owner = { uid: 0, gid: 0 };
    const entries = (await readTar(Readable.from([target.archive]))).map(({ mode, ...entry }) =>
      entry.type === "symlink" ? entry : { ...entry, mode },
    );
    assert.deepEqual(entries, [
      { name: "blue-00000000", type: "directory", mode: 0o755, ...owner, content: "" },
      { name: "blue-00000000/index.html", type: "file", mode: 0o644, ...owner, content: "<html>" },
      { name: "blue-00000000/assets/app.js", type: "file", mode: 0o644, ...owner, content: "js" },
      { name: "blue-00000000/latest", type: "symlink", ...owner, content: "", target: "index.html" },
    ]);
  });

  it("of nothing counts no file", async () => {
    const source = tar.pack();
    source.entry({ name: "dist", type: "directory" });
    source.finalize();
    const target = new FakeTarget();
    const copied = await copyDirectory(
      { container: sourceOf(Readable.from(source)), path: "/opt/dist" },
      { container: target.container, path: "/volume", directory: "blue-00000000" },
    );
    assert.equal(copied, 0);
  });
});

function sourceOf(archive: Readable): Docker.Container {
  return { getArchive: () => Promise.resolve(archive) } as unknown as Docker.Container;
}

class FakeTarget {
  archive = Buffer.alloc(0);
  path = "";
  readonly container = {
    putArchive: async (stream: Readable, { path }: { path: string }) => {
      this.path = path;
      this.archive = await buffer(stream);
    },
  } as unknown as Docker.Container;
}
