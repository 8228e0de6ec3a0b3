import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import tar, { type Header } from "tar-stream";
import { copyDirectory, UnfitSource } from "../../../engine/copy.ts";
import { readTar, type TarEntry } from "../support/tar.ts";

const renaming = {
  from: "/opt/dist",
  to: "blue-00000000",
  reserved: [".published"],
  mtime: new Date(1_000_000_000_000),
};
const owner = { uid: 0, gid: 0 };
const top: Entry = { name: "dist/", type: "directory", mode: 0o700, uid: 7 };

type Entry = Partial<Header> & { name: string; content?: string };

/** Copies an archive's entries. Returns what arrived, without the file that makes room first. */
async function copied(...entries: Entry[]): Promise<{ files: number; arrived: TarEntry[] }> {
  const target = new FakeTarget();
  const files = await copyDirectory(
    sourceOf(...entries),
    { container: target.container, path: "/volume" },
    renaming,
  );
  assert.equal(target.path, "/volume");
  const [room, ...arrived] = await readTar(Readable.from([target.archive]));
  assert.deepEqual([room?.name, room?.type], ["blue-00000000", "file"], "what is there isn't replaced");
  return { files, arrived };
}

async function problem(...entries: Entry[]): Promise<string> {
  try {
    await copied(...entries);
  } catch (error) {
    if (error instanceof UnfitSource) return error.message;
    throw error;
  }
  return "none";
}

const file = (name: string, content = ""): Entry => ({ name: `dist/${name}`, mode: 0o600, uid: 7, content });
const link = (type: "link" | "symlink", name: string, linkname: string): Entry => ({
  name: `dist/${name}`,
  type,
  linkname,
});

describe("a directory's copy", () => {
  it("has another name, belongs to root and can be read by everybody", async () => {
    const { files, arrived } = await copied(
      top,
      file("index.html", "<html>"),
      { name: "dist/empty/", type: "directory", mode: 0o700 },
      { ...file("assets/app.js", "js"), mode: 0o4711 },
    );
    assert.equal(files, 2);
    assert.deepEqual(arrived, [
      { name: "blue-00000000", type: "directory", mode: 0o755, ...owner, content: "" },
      { name: "blue-00000000/index.html", type: "file", mode: 0o644, ...owner, content: "<html>" },
      { name: "blue-00000000/empty", type: "directory", mode: 0o755, ...owner, content: "" },
      { name: "blue-00000000/assets/app.js", type: "file", mode: 0o644, ...owner, content: "js" },
    ]);
  });

  it("has hard links by their new names; one to a symbolic link is a symbolic link itself", async () => {
    const { files, arrived } = await copied(
      top,
      file("a b.js", "js"),
      link("symlink", "latest.js", "a b.js"),
      link("link", "deep/again.js", "dist/a b.js"),
      link("link", "deep/latest.js", "/dist/latest.js"),
    );
    assert.equal(files, 2);
    assert.deepEqual(
      arrived.slice(3).map(({ name, type, target }) => [name, type, target]),
      [
        ["blue-00000000/deep/again.js", "link", "blue-00000000/a b.js"],
        ["blue-00000000/deep/latest.js", "symlink", "a b.js"],
      ],
    );
  });

  it("keeps symbolic links that stay inside, absolute ones as relative ones", async () => {
    const { arrived } = await copied(
      top,
      link("symlink", "latest", "index.html"),
      link("symlink", "a/b/up", "../../assets/./x.js"),
      link("symlink", "a/b/absolute", "/opt/dist/assets/x.js"),
      link("symlink", "a/top", "/opt/dist"),
      link("symlink", "itself", "."),
    );
    assert.deepEqual(
      arrived.slice(1).map(({ target }) => target),
      ["index.html", "../../assets/./x.js", "../../assets/x.js", "..", "."],
    );
  });

  it("has links that come back by its own name as links to what was copied", async () => {
    const { arrived } = await copied(
      top,
      link("symlink", "a", "../dist/foo"),
      link("symlink", "b/c/d", "../../../dist/./e/x.js"),
      link("symlink", "b/far", "../../../opt/dist/e"),
      link("symlink", "itself", "../dist"),
      link("symlink", "again", "../dist/../dist/foo"),
    );
    assert.deepEqual(
      arrived.slice(1).map(({ target }) => target),
      ["foo", "../../e/x.js", "../e", ".", "foo"],
    );
  });

  it("keeps links that go up from a directory, wherever in the archive that stands", async () => {
    const { arrived } = await copied(
      top,
      link("symlink", "one", "deep/er/../x.js"),
      link("symlink", "two", "/opt/dist/deep/../x.js"),
      { name: "dist/deep/", type: "directory" },
      { name: "dist/deep/er/", type: "directory" },
    );
    assert.deepEqual(
      arrived.slice(1, 3).map(({ target }) => target),
      ["deep/er/../x.js", "x.js"],
    );
  });

  it("keeps names of every kind", async () => {
    const long = `${"long ".repeat(30)}ü/${"name-".repeat(45)}.js`;
    const names = ["mit Leerzeichen.png", "Übersicht – 概要.pdf", "emoji 🚢.svg", "'\"$`\\.js", "-rf", long];
    const { arrived } = await copied(top, ...names.map((name) => file(name, name)), {
      ...link("link", "again", `dist/${long}`),
    });
    assert.deepEqual(
      arrived.slice(1).map(({ name, content, target }) => [name, content || target]),
      [
        ...names.map((name) => [`blue-00000000/${name}`, name]),
        ["blue-00000000/again", `blue-00000000/${long}`],
      ],
    );
  });

  it("of nothing counts no file", async () => {
    assert.equal((await copied(top)).files, 0);
  });

  const unfit: [string, Entry[], string][] = [
    [
      "that is a link",
      [{ name: "dist", type: "symlink", linkname: "/srv/web" }],
      "/opt/dist is a symbolic link to /srv/web, not a directory",
    ],
    ["that is a file", [{ name: "dist", content: "x" }], "/opt/dist is a file, not a directory"],
    [
      "with a device",
      [top, { name: "dist/null", type: "character-device" }],
      "/opt/dist/null is a character-device, and only files, directories and links can be kept",
    ],
    [
      "with a pipe",
      [top, { name: "dist/a/pipe", type: "fifo" }],
      "/opt/dist/a/pipe is a fifo, and only files, directories and links can be kept",
    ],
    [
      "with a link out of it",
      [top, link("symlink", "a/fonts", "../../fonts")],
      "/opt/dist/a/fonts is a symbolic link to ../../fonts, which is not in /opt/dist",
    ],
    [
      "with an absolute link out of it",
      [top, link("symlink", "fonts", "/opt/distant")],
      "/opt/dist/fonts is a symbolic link to /opt/distant, which is not in /opt/dist",
    ],
    [
      "with a link that comes back by a name like its own",
      [top, link("symlink", "a", "../dist2/foo")],
      "/opt/dist/a is a symbolic link to ../dist2/foo, which is not in /opt/dist",
    ],
    [
      "with a link out of it through another link",
      [top, link("symlink", "up", "."), link("symlink", "b", "up/../x")],
      "/opt/dist/b is a symbolic link to up/../x, which goes up (..) from /opt/dist/up, and that is no plain directory",
    ],
    [
      "with an absolute link out of it through another link, which comes later",
      [top, link("symlink", "b", "/opt/dist/up/../x"), link("symlink", "up", ".")],
      "/opt/dist/b is a symbolic link to /opt/dist/up/../x, which goes up (..) from /opt/dist/up, and that is no plain directory",
    ],
    [
      "with a hard link to a link, which leads out from there",
      [top, link("symlink", "a/b", "../x"), link("link", "b", "dist/a/b")],
      "/opt/dist/b is a symbolic link to ../x, which is not in /opt/dist",
    ],
    [
      "with a hard link out of it",
      [top, link("link", "font", "fonts/one.ttf")],
      "/opt/dist/font is a hard link to fonts/one.ttf, which is not in /opt/dist",
    ],
    [
      "with a name that it needs",
      [top, file(".published")],
      "/opt/dist/.published has a name that webnet itself needs",
    ],
  ];
  for (const [what, entries, message] of unfit) {
    it(`of one ${what} is refused by its name`, async () => {
      assert.equal(await problem(...entries), message);
    });
  }

  it("of one with a name that is no UTF-8 is refused", async () => {
    const archive = await archiveOf([top, file("caf?.js")]);
    archive[archive.indexOf("caf?") + 3] = 0xe9;
    // The header's checksum: it grows by as much as the changed byte.
    const sum = archive.indexOf("dist/caf") + 148;
    const old = Number.parseInt(archive.toString("latin1", sum, sum + 6), 8);
    archive.write((old + 0xe9 - 0x3f).toString(8).padStart(6, "0"), sum);
    const source = {
      getArchive: () => Promise.resolve(Readable.from([archive])),
    } as unknown as Docker.Container;
    await assert.rejects(
      copyDirectory(source, { container: new FakeTarget().container, path: "/volume" }, renaming),
      { message: "/opt/dist/caf\ufffd.js has a name that is not UTF-8" },
    );
  });

  it("names all that can't be kept at once, up to ten", async () => {
    const pipes = Array.from({ length: 12 }, (_, at): Entry => ({ name: `dist/${at}`, type: "fifo" }));
    const lines = (await problem(top, ...pipes)).split("\n");
    assert.equal(lines.length, 11);
    assert.match(lines[9] ?? "", /^\/opt\/dist\/9 is a fifo/);
    assert.equal(lines[10], "and 2 more like these");
  });
});

async function archiveOf(entries: Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) pack.entry(header);
    else pack.entry(header, content);
  }
  pack.finalize();
  return await buffer(Readable.from(pack));
}

function sourceOf(...entries: Entry[]): Docker.Container {
  return {
    getArchive: async () => Readable.from([await archiveOf(entries)]),
  } as unknown as Docker.Container;
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
