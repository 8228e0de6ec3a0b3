import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trialProgram } from "../../../render/mysql.ts";
import { putPrograms } from "../support/fake-programs.ts";

describe("MySQL's trial", () => {
  /** Tries an image with these programs, while the running server says `running`. */
  function tried(
    version: string,
    running: string,
    programs = ["docker-entrypoint.sh", "mysqld", "mysql"],
  ): string {
    const folder = mkdtempSync(join(tmpdir(), "mysql-trial-"));
    const says = `[ "$1" != --version ] || echo "/usr/sbin/mysqld  Ver ${version} for Linux on x86_64 (Source distribution)"`;
    putPrograms(folder, Object.fromEntries(programs.map((name) => [name, name === "mysqld" ? says : ""])));
    const [program = "", ...args] = trialProgram;
    try {
      const { status, stderr } = spawnSync(program, args, {
        encoding: "utf8",
        env: { PATH: `${folder}:/usr/bin:/bin`, WEBNET_RUNNING: running },
      });
      assert.equal(status === 0, stderr === "", stderr);
      return stderr.trim();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const says = (version: string) =>
    `mysqld  Ver ${version} for Linux on x86_64 (MySQL Community Server - GPL)`;

  it("refuses a series whose server can't read the data of the one that runs, and no other one", () => {
    for (const [version, running] of [
      ["8.4.6", "9.7.0"],
      ["9.6.0", "9.7.0"],
      ["8.0.45", "8.4.1"],
    ] as const)
      assert.match(
        tried(version, says(running)),
        /^MySQL [\d.]+ can't read the data of MySQL [\d.]+, which runs: name an image/,
      );
    for (const [version, running] of [
      ["9.7.0", "9.7.3"],
      ["9.10.0", "9.7.0"],
      ["10.0.0-er", "9.7.0"],
    ] as const)
      assert.equal(tried(version, says(running)), "");
    assert.equal(tried("8.4.6", ""), "");
  });

  it("names what the image lacks for a start or a health check", () => {
    assert.equal(tried("9.7.0", "", ["docker-entrypoint.sh", "mysqld"]), "the image has no mysql");
  });
});
