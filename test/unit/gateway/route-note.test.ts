import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exec } from "../../../engine/exec.ts";
import { configDirectory } from "../../../gateway/layout.ts";
import { LostWayBack, notePending, routeDigest, whileNoted } from "../../../gateway/route-note.ts";

const failure = new Error("no");

describe("the note of the step that moves the route", () => {
  let folder: string;
  const exec: Exec = ([program = "", ...words], input = "") => {
    const args = words.map((word) => word.replaceAll(configDirectory, folder));
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", input });
    return Promise.resolve({ exitCode: status ?? -1, stdout, stderr });
  };
  const file = () => join(folder, "route.json");
  const noted = () => {
    if (!existsSync(file())) return undefined;
    const { digest, pending } = JSON.parse(readFileSync(file(), "utf8")) as Record<string, unknown>;
    return { digest, pending };
  };
  const done = (digest: string) => whileNoted(exec, digest, (note) => note.done());
  const failing = (error: Error) => whileNoted(exec, "d2", () => Promise.reject(error));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-route-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is pending while the step works, and then done", async () => {
    await whileNoted(exec, "d1", async (note) => {
      assert.deepEqual([note.wasKilled, noted()], [false, { digest: "d1", pending: true }]);
      await note.mustBeOwn();
      await note.done();
    });
    assert.deepEqual(noted(), { digest: "d1", pending: false });
    assert.deepEqual(readdirSync(folder), ["route.json"]);
  });

  it("stays what it was if the step fails and the route is as before", async () => {
    await assert.rejects(failing(failure), failure);
    assert.equal(noted(), undefined);
    await done("d1");
    const before = readFileSync(file(), "utf8");
    await assert.rejects(failing(failure), failure);
    assert.equal(readFileSync(file(), "utf8"), before);
  });

  it("stays pending if the route could not go back", async () => {
    const lost = new LostWayBack("no way back");
    await assert.rejects(failing(lost), lost);
    assert.deepEqual(noted(), { digest: "d2", pending: true });
  });

  it("tells the next step that one before it was killed, also if it is damaged", async () => {
    for (const left of ['{"digest":"d1","pending":true}', '{"digest":"d', ""]) {
      writeFileSync(file(), left);
      await whileNoted(exec, "d1", async (note) => {
        assert.equal(note.wasKilled, true, left);
        await note.done();
      });
      assert.deepEqual(noted(), { digest: "d1", pending: false });
    }
    await notePending(exec);
    await whileNoted(exec, "d1", (note) => {
      assert.equal(note.wasKilled, true);
      return Promise.resolve();
    });
  });

  it("belongs to the step that began last: a killed update's script moves nothing, and notes nothing, any more", async () => {
    const taken = /another update moves the route/;
    for (const end of ["done", "fails"]) {
      const orphan = whileNoted(exec, "d1", async (note) => {
        await done("d2");
        await assert.rejects(note.mustBeOwn(), taken);
        assert.equal(
          (await exec(["sh", "-ec", `${note.guard}\ntouch ${configDirectory}/moved`])).exitCode,
          1,
        );
        if (end === "fails") throw failure;
        await note.done();
      });
      await assert.rejects(orphan, end === "fails" ? failure : taken);
      assert.deepEqual(noted(), { digest: "d2", pending: false });
      assert.deepEqual(readdirSync(folder), ["route.json"]);
    }
  });

  it("says why it can't be written", async () => {
    rmSync(folder, { recursive: true });
    await assert.rejects(done("d1"), /^Error: the route's note can't be written: /);
    mkdirSync(folder, { recursive: true });
  });
});

describe("the digest of what the step is told", () => {
  const environment = {
    WEBNET_GATEWAY: "g1",
    WEBNET_ACTIVE_RELEASE: "blue-1",
    WEBNET_STANDBY_RELEASE: "green-1",
    WEBNET_ROUTE: "{}",
  };

  it("is that of earlier versions: another one would move the route of every platform once more", () => {
    assert.equal(routeDigest(environment), "dd711fa6661f6d93");
  });

  it("differs with the gateway, each release and the route", () => {
    const digests = Object.keys(environment).map((name) => routeDigest({ ...environment, [name]: "other" }));
    assert.equal(new Set([routeDigest(environment), ...digests]).size, 5);
  });

  it("is the same whatever else is in the environment", () => {
    const more = { ...environment, WEBNET_REPAIRS: "3", WEBNET_STACK: "prod", PATH: "/bin" };
    assert.equal(routeDigest(more), routeDigest(environment));
  });
});
