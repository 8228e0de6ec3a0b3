import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exec } from "../../../engine/exec.ts";
import { configDirectory } from "../../../gateway/layout.ts";
import { LostWayBack, routeDigest, whileNoted } from "../../../gateway/route-note.ts";

const failure = new Error("no");

describe("the note of the step that moves the route", () => {
  let folder: string;
  const exec: Exec = ([program = "", ...words], input = "") => {
    const args = words.map((word) => word.replaceAll(configDirectory, folder));
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", input });
    return Promise.resolve({ exitCode: status ?? -1, stdout, stderr });
  };
  const noted = (): unknown =>
    readdirSync(folder).length === 0
      ? undefined
      : JSON.parse(readFileSync(join(folder, "route.json"), "utf8"));
  const failing = (error: Error) => () => whileNoted(exec, "d2", () => Promise.reject(error));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-route-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is pending while the step works, and then done", async () => {
    await whileNoted(exec, "d1", (wasKilled) => {
      assert.deepEqual([wasKilled, noted()], [false, { digest: "d1", pending: true }]);
      return Promise.resolve();
    });
    assert.deepEqual(noted(), { digest: "d1", pending: false });
  });

  it("stays what it was if the step fails and the route is as before", async () => {
    await assert.rejects(failing(failure), failure);
    assert.equal(noted(), undefined);
    await whileNoted(exec, "d1", () => Promise.resolve());
    await assert.rejects(failing(failure), failure);
    assert.deepEqual(noted(), { digest: "d1", pending: false });
  });

  it("stays pending if the route could not go back", async () => {
    const lost = new LostWayBack("no way back");
    await assert.rejects(failing(lost), lost);
    assert.deepEqual(noted(), { digest: "d2", pending: true });
  });

  it("tells the next step that one before it was killed, also if it is damaged", async () => {
    for (const left of ['{"digest":"d1","pending":true}', '{"digest":"d', ""]) {
      writeFileSync(join(folder, "route.json"), left);
      let told: boolean | undefined;
      await whileNoted(exec, "d1", (wasKilled) => {
        told = wasKilled;
        return Promise.resolve();
      });
      assert.equal(told, true, left);
      assert.deepEqual(noted(), { digest: "d1", pending: false });
    }
  });
});

describe("the digest of what the step is told", () => {
  const environment = {
    WEBNET_GATEWAY: "g1",
    WEBNET_ACTIVE_RELEASE: "blue-1",
    WEBNET_STANDBY_RELEASE: "green-1",
    WEBNET_ROUTE: "{}",
  };

  it("differs with the gateway, each release and the route", () => {
    const digests = Object.keys(environment).map((name) => routeDigest({ ...environment, [name]: "other" }));
    assert.equal(new Set([routeDigest(environment), ...digests]).size, 5);
  });

  it("is the same whatever else is in the environment", () => {
    const more = { ...environment, WEBNET_REPAIRS: "3", WEBNET_STACK: "prod", PATH: "/bin" };
    assert.equal(routeDigest(more), routeDigest(environment));
  });
});
