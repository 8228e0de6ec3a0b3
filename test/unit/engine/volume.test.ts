import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { packFiles, writeFiles } from "../../../engine/volume.ts";
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
