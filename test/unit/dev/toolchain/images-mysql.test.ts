import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putPrograms } from "../../support/fake-programs.ts";

const entrypoint = join(import.meta.dirname, "../../../../dev/toolchain/images/files/mysql-entrypoint.sh");

/** Fake programs that log their calls. mysqld makes its data to initialise, and without networking waits for TERM. */
const tools = {
  mysqld: `echo "mysqld $*" >>"$LOG"
case "$*" in
*--initialize-insecure*) mkdir "$DATA/mysql" ;;
*--skip-networking*) trap 'exit 0' TERM; while :; do sleep 0.05; done ;;
esac`,
  mysqladmin: "exit 0",
  mysql: 'echo "mysql $*" >>"$LOG"; cat >>"$LOG"',
};

describe("MySQL image's entry point", () => {
  let folder = "";
  let data = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mysql-entry-"));
    data = join(folder, "data");
    mkdirSync(data);
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "initdb.d"));
    putPrograms(join(folder, "bin"), tools);
    const script = readFileSync(entrypoint, "utf8")
      .replaceAll("/var/lib/mysql", data)
      .replaceAll("/docker-entrypoint-initdb.d", join(folder, "initdb.d"))
      .replaceAll(/^ *chown .*$/gm, "    :");
    writeFileSync(join(folder, "entrypoint.sh"), script);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function start(
    environment: Record<string, string>,
    args = ["mysqld"],
  ): { status: number | null; errors: string; log: string } {
    const log = join(folder, "log");
    const { status, stderr } = spawnSync("sh", [join(folder, "entrypoint.sh"), ...args], {
      encoding: "utf8",
      timeout: 10_000,
      env: {
        PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
        LOG: log,
        DATA: data,
        ...environment,
      },
    });
    return { status, errors: stderr, log: existsSync(log) ? readFileSync(log, "utf8") : "" };
  }

  it("makes the accounts at the first start, with every character of a password", () => {
    writeFileSync(join(folder, "root"), "it's a\\b");
    const { status, log } = start({
      MYSQL_ROOT_PASSWORD_FILE: join(folder, "root"),
      MYSQL_DATABASE: "app_db",
      MYSQL_USER: "app",
      MYSQL_PASSWORD: "secret",
    });
    assert.equal(status, 0);
    assert.ok(log.includes(String.raw`ALTER USER 'root'@'localhost' IDENTIFIED BY 'it''s a\\b';`), log);
    assert.ok(log.includes(String.raw`CREATE USER 'root'@'%' IDENTIFIED BY 'it''s a\\b';`), log);
    assert.ok(log.includes("CREATE DATABASE IF NOT EXISTS `app_db`;"), log);
    assert.ok(log.includes("GRANT ALL ON `app\\_db`.* TO 'app'@'%';"), log);
    assert.match(log, /mysqld $/m);
  });

  it("runs the scripts in the order of their names", () => {
    writeFileSync(join(folder, "initdb.d", "20-b.sql"), "SELECT 'second';\n");
    writeFileSync(join(folder, "initdb.d", "10-a.sh"), 'echo "first as $MYSQL_ROOT_PASSWORD" >>"$LOG"\n');
    const { log } = start({ MYSQL_ROOT_PASSWORD: "secret" });
    assert.match(log, /first as secret[^]*SELECT 'second';/);
  });

  it("goes straight to the server when the data is there", () => {
    mkdirSync(join(data, "mysql"));
    const { status, log } = start({}, ["--max-connections=5"]);
    assert.equal(status, 0);
    assert.equal(log, "mysqld --max-connections=5\n");
  });

  it("wants a root password for a new database", () => {
    const { status, errors, log } = start({});
    assert.equal(status, 1);
    assert.match(errors, /set MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE/);
    assert.equal(log, "");
  });

  it("refuses a setting that is given twice", () => {
    const { status, errors } = start({ MYSQL_ROOT_PASSWORD: "a", MYSQL_ROOT_PASSWORD_FILE: "/b" });
    assert.equal(status, 1);
    assert.match(errors, /both MYSQL_ROOT_PASSWORD and MYSQL_ROOT_PASSWORD_FILE are set: set one of them/);
  });

  it("runs another command as it is", () => {
    const { status, log } = start({}, ["sh", "-c", 'echo other >>"$LOG"']);
    assert.equal(status, 0);
    assert.equal(log, "other\n");
  });
});
