import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { healthCommand, startScript } from "../../../render/mysql.ts";
import { putPrograms } from "../support/fake-programs.ts";

describe("MySQL's start", () => {
  let folder = "";
  let data = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mysql-start-"));
    data = join(folder, "data");
    mkdirSync(data);
    mkdirSync(join(folder, "bin"));
    // Like upstream's: it takes any data that it finds for complete.
    putPrograms(join(folder, "bin"), {
      "docker-entrypoint.sh":
        'echo "$*"; [ -d "$DATA/mysql" ] || { mkdir "$DATA/mysql" "$DATA/#redo"; exit "$INIT"; }',
    });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function shell(script: string, init = 0): { status: number | null; stdout: string; stderr: string } {
    return spawnSync("sh", ["-c", script.replaceAll("/var/lib/mysql", data), "mysql-start"], {
      encoding: "utf8",
      env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, DATA: data, INIT: String(init) },
    });
  }

  const later = "mysqld --init-file=/run/secrets/accounts.sql\n";

  it("lets the image make new data, and brings the accounts in line at every later start", () => {
    mkdirSync(join(data, "lost+found"));
    assert.equal(shell(startScript).stdout, "mysqld\n");
    assert.ok(readdirSync(data).includes(".first-start"));
    putPrograms(join(folder, "bin"), { mysql: "exit 0" });
    assert.equal(shell(healthCommand.at(-1) ?? "").status, 0);
    assert.equal(shell(startScript).stdout, later);
    assert.deepEqual(readdirSync(data).sort(), ["#redo", ".tmp", "lost+found", "mysql"]);
  });

  it("starts over after a first one that was cut off, as often as it is, and deletes nothing else", () => {
    for (const attempt of [1, 2, 3]) {
      const { stdout, stderr } = shell(startScript, 1);
      assert.equal(stdout, "mysqld\n");
      assert.equal(/the first start was interrupted/.test(stderr), attempt > 1);
    }
    assert.deepEqual(readdirSync(join(data, ".interrupted")).sort(), ["#redo", "mysql"]);
    putPrograms(join(folder, "bin"), { mysql: "exit 1" });
    assert.equal(shell(healthCommand.at(-1) ?? "").status, 1);
    assert.ok(readdirSync(data).includes(".first-start"));
  });

  it("never takes data for cut off that were there before, or that somebody could log in to", () => {
    mkdirSync(join(data, "mysql"));
    assert.equal(shell(startScript).stdout, later);
    assert.deepEqual(readdirSync(data).sort(), [".tmp", "mysql"]);
  });
});
