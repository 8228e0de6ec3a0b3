import assert from "node:assert/strict";
import { execIn } from "../../engine/exec.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { servingContainer, shortKinds, whoAnswers, withoutLoss } from "./support/serving.ts";

/** Contents of adopted data from another system. Each of them once kept a platform from starting or connecting. */
const adopted = `
INSTALL COMPONENT 'file://component_validate_password';
SET PERSIST validate_password.policy = STRONG;
SET PERSIST validate_password.length = 40;
SET PERSIST password_history = 5;
CREATE USER 'keeper'@'172.%' IDENTIFIED BY 'Old-passw0rd-of-somebody-else-with-40-characters!' PASSWORD EXPIRE;
CREATE USER 'keeper'@'10.%' IDENTIFIED BY 'Old-passw0rd-of-somebody-else-with-40-characters!' ACCOUNT LOCK;
CREATE USER 'monitoring'@'127.0.0.1' IDENTIFIED BY 'Old-passw0rd-of-somebody-else-with-40-characters!';
CREATE USER ''@'172.%' IDENTIFIED BY 'Old-passw0rd-of-somebody-else-with-40-characters!';
CREATE USER 'root'@'%' IDENTIFIED BY 'Old-passw0rd-of-somebody-else-with-40-characters!';
GRANT ALL ON *.* TO 'root'@'%';
CREATE TABLE appdb.written (id VARCHAR(100));
CREATE DEFINER = 'root'@'%' TRIGGER appdb.note AFTER INSERT ON appdb.sample_rows FOR EACH ROW INSERT INTO appdb.written VALUES (NEW.id);
`;

describe("MySQL's accounts", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("accounts");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  it("follow another user while MySQL runs, without losing a request; the former one is locked then", async () => {
    const before = await mysqlRun();
    const serving = await servingContainer(platform);
    await platform.set({ "mysql.user": "keeper" });
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("another user");
        await platform.up();
      },
      { kinds: shortKinds },
    );
    assert.deepEqual(await mysqlRun(), before);
    assert.notEqual(await servingContainer(platform), serving);
    assert.deepEqual(await accounts("app", "keeper"), ["app % Y", "keeper % N"]);
    assert.deepEqual(await platform.up(), []);
  });

  itLong(
    "stay as they were for what serves when the update fails, and are locked again by its revert",
    async () => {
      const serving = await servingContainer(platform);
      await platform.set({ "mysql.user": "other", "colors.blue.backendTag": "unhealthy" });
      await platform.failingUp();
      assert.equal(await servingContainer(platform), serving);
      assert.deepEqual(await accounts("keeper", "other"), ["keeper % N", "other % N"]);
      await platform.set({ "mysql.user": "keeper", "colors.blue.backendTag": "v1" });
      await platform.up();
      assert.equal(await servingContainer(platform), serving);
      assert.deepEqual(await accounts("keeper", "other"), ["keeper % N", "other % Y"]);
    },
  );

  itLong("are ours whatever the data hold that are taken over", async () => {
    await sql(adopted);
    await platform.stack.destroy();
    await platform.up();
    assert.equal(await whoAnswers(platform), "blue v1");
    const id = `adopted-${process.pid}`;
    const answer = await fetch(`${platform.url}/api/rows`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id, text: "a row" }),
    });
    assert.equal(answer.status, 201, await answer.text());
    // The sample's job writes its own rows.
    assert.equal(await sql("SELECT id FROM appdb.written WHERE id NOT LIKE 'job:%';"), id);
    assert.deepEqual(await accounts("", "keeper", "monitoring", "root"), [
      "keeper % N",
      "keeper 10.% N",
      "keeper 172.% N",
      "monitoring % N",
      "monitoring 127.0.0.1 N",
      "root % Y",
      "root localhost N",
    ]);
    assert.deepEqual(await platform.up(), []);
  });

  it("don't keep MySQL from starting when a statement is refused, and say which", async () => {
    await sql("SET PERSIST_ONLY super_read_only = ON;");
    await mysql().restart();
    await platform.set({ "mysql.user": "another" });
    const said = await platform.failingUp();
    assert.match(said, /MySQL's accounts could not be brought in line: ERROR 1290 .*--super-read-only/);
    assert.doesNotMatch(said, /\$A\$005\$/);
    await sql("SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF; RESET PERSIST;");
    await platform.set({ "mysql.user": "keeper" });
    await platform.up();
    assert.equal(await whoAnswers(platform), "blue v1");
  });

  const mysql = () => platform.docker.getContainer(`webnet-${platform.name}-mysql`);

  async function mysqlRun(): Promise<unknown> {
    const { Id, State, RestartCount } = await mysql().inspect();
    return { Id, StartedAt: State.StartedAt, RestartCount };
  }

  /** `name host locked` of each account with one of these names. */
  async function accounts(...names: string[]): Promise<string[]> {
    const list = names.map((name) => `'${name}'`).join(", ");
    const found = await sql(
      `SELECT CONCAT_WS(' ', User, Host, account_locked) FROM mysql.user WHERE User IN (${list}) ORDER BY User, Host;`,
    );
    return found.split("\n");
  }

  async function sql(statements: string): Promise<string> {
    const client = ["mysql", "--defaults-extra-file=/run/secrets/root.cnf", "--skip-column-names"];
    const result = await execIn(mysql(), client, statements);
    assert.equal(result.exitCode, 0, result.stderr);
    return result.stdout.trim();
  }
});
