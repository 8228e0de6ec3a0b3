import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execIn } from "../../engine/exec.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { lightProbe, withoutLoss } from "../integration/support/serving.ts";

const doublings = 21;
const indexBytes = 200 * 2 ** doublings;
/** Size of MySQL's temporary directory when it was still in memory. */
const formerMegabytes = 256;
const megabyte = 1024 * 1024;

const fill = [
  "CREATE TABLE appdb.big (id INT AUTO_INCREMENT PRIMARY KEY, a CHAR(200) CHARACTER SET ascii NOT NULL, b BIGINT NOT NULL);",
  "INSERT INTO appdb.big (a, b) VALUES (REPEAT('x', 200), 1);",
  ...Array.from(
    { length: doublings },
    () =>
      "INSERT INTO appdb.big (a, b) SELECT LEFT(CONCAT(SHA2(RAND(), 512), SHA2(RAND(), 512)), 200), RAND() * 1e15 FROM appdb.big;",
  ),
].join("\n");

describe("a big ALTER TABLE", function () {
  this.timeout("20m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("alter");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  it("sorts on the disk of the data, while the application goes on", async () => {
    await sql(fill);
    const before = await run();
    let most = 0;
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("alter");
        const altered = sql("ALTER TABLE appdb.big ADD INDEX (a), ALGORITHM = INPLACE;");
        while ((await Promise.race([altered, sleep(500, "goes on")])) === "goes on")
          most = Math.max(most, await temporaryBytes());
      },
      { kinds: lightProbe, maxSeconds: 600 },
    );
    assert.ok(indexBytes > formerMegabytes * megabyte);
    assert.ok(most > formerMegabytes * megabyte, `${Math.round(most / megabyte)} MB at most`);
    assert.deepEqual(await run(), before);
  });

  const mysql = () => platform.docker.getContainer(`webnet-${platform.name}-mysql`);

  async function run(): Promise<unknown> {
    const { RestartCount, State } = await mysql().inspect();
    return { RestartCount, StartedAt: State.StartedAt, OOMKilled: State.OOMKilled };
  }

  async function sql(statements: string): Promise<void> {
    const client = ["mysql", "--defaults-extra-file=/run/secrets/root.cnf"];
    const { exitCode, stderr } = await execIn(mysql(), client, statements);
    assert.equal(exitCode, 0, stderr);
  }

  /** Size of the server's unlinked files in its temporary directory. */
  async function temporaryBytes(): Promise<number> {
    const script = [
      "total=0",
      "for fd in /proc/1/fd/*; do",
      '  case "$(readlink "$fd")" in /var/lib/mysql/.tmp/*)',
      '    size=$(stat -L -c %s "$fd" 2>/dev/null) && total=$((total + size));;',
      "  esac",
      "done",
      "echo $total",
    ].join("\n");
    return Number((await execIn(mysql(), ["sh", "-c", script])).stdout);
  }
});
