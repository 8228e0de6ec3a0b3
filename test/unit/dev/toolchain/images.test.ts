import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract, pack } from "tar-stream";
import { catalogue, node } from "../../../../dev/toolchain/images/catalogue.ts";
import { run } from "../../../../dev/toolchain/images/command.ts";
import {
  accountFiles,
  entriesOf,
  modifiedAt,
  sourceHash,
  type ImageDescription,
} from "../../../../dev/toolchain/images/description.ts";
import { changesOf, connect, splitReference } from "../../../../dev/toolchain/images/engine.ts";
import { addEntries, copyTar } from "../../../../dev/toolchain/images/tar.ts";

const described: ImageDescription = {
  reference: "webnet.local/thing:1",
  directories: { "/data": { owner: 999, mode: 0o750 } },
  links: { "/usr/bin/sh": "busybox" },
  files: { "/opt/app/run.sh": { content: "#!/bin/sh\n", mode: 0o755 }, "/etc/motd": "hello" },
  config: { cmd: ["sh"] },
};

const hashOf = (description: ImageDescription): string => sourceHash(description, entriesOf(description));

describe("image descriptions", () => {
  it("list parents before what they hold, in a fixed order", () => {
    const paths = entriesOf(described).map(({ path }) => path);
    assert.deepEqual(paths, [
      ...["data", "etc", "etc/motd", "opt", "opt/app", "opt/app/run.sh", "usr", "usr/bin", "usr/bin/sh"],
    ]);
  });

  it("list hard links after the files that they name", () => {
    const hardLinks = { "/a/again": "/opt/app/run.sh" };
    const entries = entriesOf({ ...described, hardLinks });
    assert.deepEqual(entries.at(-1), { kind: "hard link", path: "a/again", target: "opt/app/run.sh" });
    assert.ok(entries.some(({ kind, path }) => kind === "directory" && path === "a"));
    assert.notEqual(hashOf({ ...described, hardLinks }), hashOf(described));
  });

  it("leave out the parents that the base has", () => {
    const paths = entriesOf({ ...described, directories: {}, links: {} }, new Set(["etc", "opt"])).map(
      ({ path }) => path,
    );
    assert.deepEqual(paths, ["etc/motd", "opt/app", "opt/app/run.sh"]);
  });

  it("refuse a relative path", () => {
    assert.throws(() => entriesOf({ ...described, files: { "etc/motd": "" } }), {
      message: 'Image path "etc/motd": must be absolute, for example "/etc/motd".',
    });
  });

  it("have another hash when a file, a mode, an owner, the configuration or the base differs", () => {
    const hashes = [
      hashOf(described),
      hashOf({ ...described, files: { ...described.files, "/etc/motd": "hullo" } }),
      hashOf({ ...described, files: { ...described.files, "/etc/motd": { content: "hello", mode: 0o600 } } }),
      hashOf({ ...described, directories: { "/data": { owner: 0, mode: 0o750 } } }),
      hashOf({ ...described, config: { cmd: ["sh"], user: "nobody" } }),
      sourceHash(described, entriesOf(described), "other base"),
    ];
    assert.equal(new Set(hashes).size, hashes.length);
    assert.equal(hashOf(structuredClone(described)), hashes[0]);
  });

  it("give files of equal size and other content another time", () => {
    const [one, two] = ["release 1", "release 2"].map((text) => modifiedAt(Buffer.from(text)));
    assert.notEqual(one?.getTime(), two?.getTime());
    assert.equal(one?.getTime(), modifiedAt(Buffer.from("release 1")).getTime());
    assert.equal(one.getMilliseconds(), 0);
  });

  it("always know root and nobody", () => {
    const { "/etc/passwd": passwd = "", "/etc/group": group = "" } = accountFiles([
      { name: "nginx", id: 101 },
    ]);
    assert.match(passwd, /^root:x:0:0:/);
    assert.match(passwd, /^nobody:x:65534:65534:/m);
    assert.match(passwd, /^nginx:x:101:101:/m);
    assert.match(group, /^nginx:x:101:$/m);
  });
});

describe("image tars", () => {
  const read = async (
    stream: Readable,
  ): Promise<Record<string, { text: string; owner?: number; mode?: number }>> => {
    const found: Record<string, { text: string; owner?: number; mode?: number }> = {};
    const entries = extract();
    stream.pipe(entries);
    for await (const entry of entries) {
      const { name, uid, mode } = entry.header;
      found[name] = { text: (await buffer(entry)).toString(), owner: uid, mode };
    }
    return found;
  };

  it("keep what is asked for, with plain paths and root as owner", async () => {
    const source = pack();
    source.entry({ name: "./", type: "directory" });
    source.entry({ name: "./usr/bin/tool", mode: 0o755, uid: 1000, gid: 1000 }, "tool");
    source.entry({ name: "./usr/share/doc/tool", uid: 1000 }, "words");
    source.finalize();
    const out = pack();
    const copied = copyTar(source as unknown as Readable, out, (path) => !path.startsWith("usr/share")).then(
      () => {
        out.finalize();
      },
    );
    const found = await read(out as unknown as Readable);
    await copied;
    assert.deepEqual(found, { "usr/bin/tool": { text: "tool", owner: 0, mode: 0o755 } });
  });

  it("carry our own entries with their owner, mode and content", async () => {
    const out = pack();
    const added = addEntries(entriesOf(described), out).then(() => {
      out.finalize();
    });
    const found = await read(out as unknown as Readable);
    await added;
    assert.deepEqual(found["data/"] ?? found["data"], { text: "", owner: 999, mode: 0o750 });
    assert.deepEqual(found["opt/app/run.sh"], { text: "#!/bin/sh\n", owner: 0, mode: 0o755 });
  });

  it("end with an error when the source is cut off", async () => {
    const source = pack();
    source.entry({ name: "./file" }, "x".repeat(2000));
    source.finalize();
    const whole = await buffer(source);
    const out = pack();
    const copying = copyTar(Readable.from([whole.subarray(0, 900)]), out, () => true);
    const results = await Promise.allSettled([copying, buffer(out)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected"],
    );
  });
});

describe("image configuration for the engine", () => {
  it("is written as Dockerfile lines, with the source as a label", () => {
    assert.deepEqual(
      changesOf(
        {
          entrypoint: ["/bin/tool"],
          cmd: ["--all"],
          user: "nobody",
          workdir: "/data",
          env: { GREETING: 'say "hi" for $5' },
          exposedPorts: [9090],
        },
        "abc",
      ),
      [
        String.raw`ENV GREETING="say \"hi\" for \$5"`,
        "EXPOSE 9090/tcp",
        "USER nobody",
        "WORKDIR /data",
        'LABEL "webnet.source"="abc"',
        'ENTRYPOINT ["/bin/tool"]',
        'CMD ["--all"]',
      ],
    );
  });

  it("names images by repository and tag, a registry's port apart", () => {
    assert.deepEqual(splitReference("registry:5000/shop/web:v1"), {
      repo: "registry:5000/shop/web",
      tag: "v1",
    });
    assert.throws(() => splitReference("registry:5000/web"), {
      message: 'Image "registry:5000/web": has no tag, wants "name:tag".',
    });
  });

  it("refuses an engine that it cannot reach", () => {
    assert.throws(() => connect("ssh://host"), /^Error: Engine "ssh:\/\/host": images are made at unix:/);
  });
});

describe("image catalogue", () => {
  it("names each image once, with a tag", () => {
    const references = catalogue.map(({ reference }) => reference);
    assert.equal(new Set(references).size, references.length);
    for (const reference of references) assert.match(reference, /^webnet\.local\/[a-z-]+:\d+(\.\d+)?$/);
  });

  it("runs Node from the process that set it up", () => {
    assert.deepEqual(node.files?.["/usr/local/bin/node"], { from: process.execPath, mode: 0o755 });
  });

  it("has a user that the image knows, or ids", () => {
    for (const { config, files, reference } of catalogue) {
      const passwd = files?.["/etc/passwd"];
      const user = config.user ?? "root";
      assert.ok(
        /^\d+:\d+$/.test(user) || (typeof passwd === "string" && passwd.includes(`${user}:x:`)),
        reference,
      );
    }
  });
});

describe("image commands", () => {
  it("fail with the code and the last messages", async () => {
    await assert.rejects(run("sh", ["-c", "echo gone wrong >&2; exit 3"]), /ended with 3:\ngone wrong/);
  });

  it("say which program is missing", async () => {
    await assert.rejects(run("no-such-program", []), {
      message: '"no-such-program" could not be started: is it installed?',
    });
  });

  it("run in the folder that they are given", async () => {
    const folder = mkdtempSync(join(tmpdir(), "images-"));
    try {
      writeFileSync(join(folder, "here"), "");
      await run("test", ["-f", "here"], { cwd: folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
