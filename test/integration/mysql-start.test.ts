import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { secretsDirectory } from "../../workload/names.ts";
import { connectEngine } from "../../engine/client.ts";
import { execIn } from "../../engine/exec.ts";
import { lastLogLines } from "../../engine/logs.ts";
import {
  healthCommand,
  renderAccounts,
  renderClientCnf,
  renderMyCnf,
  startScript,
} from "../../render/mysql.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { localEnvironment } from "../../dev/toolchain/environment.ts";
import { removeLeftovers } from "../../dev/toolchain/leftovers.ts";

const stack = `test-mysql-start-${process.pid}`;
const password = "only-for-this-test";
const memoryMegabytes = 600;

/** Writes the files that the platform has in volumes, then starts like the platform's MySQL. */
const start = [
  `put() { printf '%s' "$2" > "$1"; }`,
  `put ${secretsDirectory}/root-password "$ROOT_PASSWORD" && put ${secretsDirectory}/client.cnf "$CLIENT"`,
  `put ${secretsDirectory}/accounts.sql "$ACCOUNTS" && put /docker-entrypoint-initdb.d/accounts.sql "$ACCOUNTS"`,
  'put /etc/mysql/conf.d/webnet.cnf "$MY_CNF"',
  'exec sh -c "$START" mysql-start',
].join("\n");

describe("MySQL that is cut off in its first start", function () {
  this.timeout("4m");
  const docker = connectEngine(process.env["WEBNET_TEST_ENGINE"] ?? localEnvironment()["DOCKER_HOST"]);
  let container: Docker.Container;

  before(async () => {
    const labels = { "webnet.stack": stack };
    await docker.createVolume({ Name: stack, Labels: labels });
    const own = "rw,mode=0755,uid=999,gid=999";
    container = await docker.createContainer({
      name: stack,
      Image: catalogues.local.mysql,
      User: "999:999",
      Labels: labels,
      Entrypoint: ["sh", "-c", start],
      Env: [
        `START=${startScript}`,
        `ROOT_PASSWORD=${password}`,
        `MYSQL_ROOT_PASSWORD_FILE=${secretsDirectory}/root-password`,
        "MYSQL_ROOT_HOST=localhost",
        `MY_CNF=${renderMyCnf({ maxConnections: 20, memoryMegabytes })}`,
        `ACCOUNTS=${renderAccounts({
          database: "app",
          user: "app",
          userPassword: password,
          monitoringPassword: password,
          rootPassword: password,
        })}`,
        `CLIENT=${renderClientCnf({ user: "monitoring", password, host: "127.0.0.1", port: 3306, protocol: "tcp" })}`,
      ],
      HostConfig: {
        Memory: memoryMegabytes * 1024 ** 2,
        Mounts: [{ Type: "volume", Source: stack, Target: "/var/lib/mysql" }],
        Tmpfs: {
          [secretsDirectory]: own,
          "/docker-entrypoint-initdb.d": own,
          "/etc/mysql/conf.d": own,
          "/var/run/mysqld": own,
          "/tmp": "rw",
        },
      },
    });
  });

  after(async () => {
    await removeLeftovers(docker, { ofStack: (name) => name === stack, volumes: true });
  });

  const isHealthy = async (): Promise<boolean> => (await execIn(container, healthCommand)).exitCode === 0;
  const files = async (): Promise<string[]> =>
    (await execIn(container, ["ls", "-A", "/var/lib/mysql"])).stdout.split("\n");

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 90_000;
    while (!(await isSo())) {
      assert.ok(Date.now() < deadline, `${what} after 90 s; its log:\n${await lastLogLines(container, 30)}`);
      await sleep(100);
    }
  }

  it("starts over, keeps what it finds once somebody could log in, and is asked as the platform asks", async () => {
    await container.start();
    await until("no half-made data", async () => (await files()).includes("ibdata1"));
    await container.kill();
    await container.start();
    await until("not healthy", isHealthy);
    assert.match(await lastLogLines(container, 1000), /webnet: the first start was interrupted/);
    assert.ok(!(await files()).includes(".first-start"));
    const client = ["mysql", "-h127.0.0.1", "-uapp", `-p${password}`, "app"];
    const made = await execIn(container, [...client, "-e", "CREATE TABLE kept (id INT)"]);
    assert.equal(made.exitCode, 0, made.stderr);
    await container.kill();
    await container.start();
    await until("not healthy again", isHealthy);
    assert.match((await execIn(container, [...client, "-e", "SHOW TABLES"])).stdout, /kept/);
  });
});
