import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";
import { findFiles } from "../../../preflight/found-files.ts";
import { repairsOf } from "../../../workload/found-files.ts";
import { refusal } from "../support/fake-docker.ts";

const volume = "webnet-prod-prometheus-files";

/** An engine whose containers have these notes. `asked` has the paths that were read. */
function engine(notes: Record<string, string> | number): { docker: Docker; asked: string[] } {
  const asked: string[] = [];
  const getArchive = ({ path }: { path: string }) => {
    asked.push(path);
    if (typeof notes === "number") return Promise.reject(refusal(notes, "no"));
    const pack = tar.pack();
    pack.entry({ name: "..change/", type: "directory" });
    for (const [name, content] of Object.entries(notes)) pack.entry({ name: `..change/${name}` }, content);
    pack.finalize();
    return Promise.resolve(Readable.from(pack));
  };
  return { docker: { getContainer: () => ({ getArchive }) } as unknown as Docker, asked };
}

const listed = (name = "webnet-prod-prometheus", stack = "prod") =>
  ({
    Id: "1",
    Names: [`/${name}`],
    Labels: { "webnet.stack": stack },
    Mounts: [{ Type: "volume", Name: volume, Destination: "/etc/prometheus" }],
  }) as unknown as Docker.ContainerInfo;

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

const known = (digest?: string) => () =>
  Promise.resolve({ files: new Map(digest === undefined ? [] : [[volume, digest]]) });

describe("what volumes note of their files", () => {
  it("is read from the container that is told of changes, and compared with the state", async () => {
    const { docker, asked } = engine({ done: '{"repairs":2,"digest":"d2"}' });
    const { files } = await findFiles(docker, "prod", [listed()], known("d1"));
    assert.deepEqual([...files], [[volume, { repairs: 2, digest: "d2", pending: false, recorded: "d1" }]]);
    assert.deepEqual(asked, ["/etc/prometheus/..change"]);
  });

  it("tells of a change that is pending, with or without one before", async () => {
    for (const [done, repairs] of [
      [{ done: '{"repairs":1}' }, 1],
      [{ done: "" }, 0],
      [{}, 0],
    ] as const) {
      const { docker } = engine({ ...done, "pending..1-a": '{"repairs":1}' });
      const { files } = await findFiles(docker, "prod", [listed()], known());
      assert.deepEqual([...files], [[volume, { repairs, pending: true }]]);
    }
  });

  it("is nothing without the container or the notes, and isn't asked of others", async () => {
    for (const status of [404, 409])
      assert.equal((await findFiles(engine(status).docker, "prod", [listed()], known())).files.size, 0);
    const { docker, asked } = engine({});
    const others = [listed("webnet-prod-mysql"), listed("webnet-prod-prometheus", "test")];
    assert.equal((await findFiles(docker, "prod", others, known())).files.size, 0);
    assert.deepEqual(asked, []);
  });

  it("keeps nobody from an update where it can't be read, apart from an engine that doesn't answer", async () => {
    const { files, warnings } = await findFiles(engine(500).docker, "prod", [listed()], known());
    assert.equal(files.size, 0);
    assert.deepEqual(warnings, [
      `webnet could not read the notes in the volume ${volume}: no. If an earlier update was killed while it changed ` +
        "the files in it, this one may not put them right",
    ]);
    const away = { getContainer: () => ({ getArchive: () => Promise.reject(refused) }) } as unknown as Docker;
    await assert.rejects(findFiles(away, "prod", [listed()], known()), refused);
  });
});

describe("the number of repairs", () => {
  const found = { repairs: 3, digest: "d1", pending: false, recorded: "d1" };

  it("stays while the volume has what the state has, and when the config changes", () => {
    assert.equal(repairsOf(undefined, "d1"), 0);
    assert.equal(repairsOf(found, "d1"), 3);
    assert.equal(repairsOf(found, "d2"), 3);
    assert.equal(repairsOf({ repairs: 3, pending: false }, "d1"), 3);
  });

  it("grows while a change is pending, or if a killed update has completed one that the state doesn't have", () => {
    assert.equal(repairsOf({ ...found, pending: true }, "d1"), 4);
    assert.equal(repairsOf({ ...found, digest: "d2" }, "d1"), 4);
  });
});
