import assert from "node:assert/strict";
import { configOf, environmentOf, filesOf, labelsOf, releasesOf } from "../support/containers.ts";
import { bothColors, run, secretMark, type Deployment } from "../support/program.ts";
import type { Config } from "../settings/support.ts";
import { inEveryScenario, patience } from "../support/scenarios.ts";

const configured = (changes: Config): Promise<Deployment> => run({ changes: { ...bothColors, ...changes } });
const mysqlOf = (deployment: Deployment) => deployment.named("infrastructure-mysql");

describe("MySQL", () => {
  inEveryScenario("takes its passwords from files that only it may read", (deployment) => {
    const { envs } = mysqlOf(deployment).inputs;
    assert.deepEqual(envs, [
      "MYSQL_ROOT_PASSWORD_FILE=/run/secrets/root-password",
      "MYSQL_ROOT_HOST=localhost",
    ]);
    const files = filesOf(deployment.named("infrastructure-mysql-secrets-content"));
    assert.deepEqual(Object.keys(files).sort(), ["accounts.sql", "client.cnf", "root-password", "root.cnf"]);
    for (const { mode, uid } of Object.values(files)) assert.deepEqual([mode, uid], [0o400, 999]);
    assert.equal(files["root-password"]?.content, `${secretMark}infrastructurerootpassword`);
  });

  inEveryScenario("makes its accounts at the first start, and renews them at every other", (deployment) => {
    const { entrypoints, mounts } = mysqlOf(deployment).inputs;
    assert.match((entrypoints as string[]).join("\n"), /set -- --init-file=\/run\/secrets\/accounts\.sql/);
    const sources = (mounts as { source: string; target: string }[]).filter(({ target }) =>
      ["/run/secrets", "/docker-entrypoint-initdb.d"].includes(target),
    );
    assert.deepEqual(
      sources.map(({ source }) => source),
      ["webnet-prod-mysql-secrets-files", "webnet-prod-mysql-secrets-files"],
    );
  });

  inEveryScenario("is asked for its health by TCP, as the monitoring user", (deployment) => {
    const { tests } = mysqlOf(deployment).inputs["healthcheck"] as { tests: string[] };
    assert.match(tests.at(-1) ?? "", /^mysql --defaults-extra-file=\/run\/secrets\/client\.cnf /);
    const client = filesOf(deployment.named("infrastructure-mysql-secrets-content"))["client.cnf"]?.content;
    assert.match(client ?? "", /^user = "monitoring"$/m);
    assert.match(client ?? "", /^host = "127\.0\.0\.1"$/m);
    assert.match(client ?? "", /^protocol = tcp$/m);
  });

  it("follows its settings", async () => {
    const deployment = await configured({
      "mysql.maxConnections": 77,
      "mysql.stopSeconds": 90,
      "mysql.limits.memoryMegabytes": 2048,
    });
    const { inputs } = mysqlOf(deployment);
    assert.deepEqual([inputs["destroyGraceSeconds"], inputs["memory"]], [90, 2048]);
    const file = filesOf(configOf(deployment, "infrastructure-mysql-config"))["webnet.cnf"];
    assert.match(file?.content ?? "", /^max-connections = 77$/m);
  }).timeout(patience);

  for (const [what, changes] of Object.entries({
    user: { "mysql.user": "shopkeeper" },
    database: { "mysql.database": "shop" },
  })) {
    it(`is told of another ${what} while it runs, before anything connects with it`, async () => {
      const [before, after] = [await configured({}), await configured(changes)];
      assert.deepEqual(mysqlOf(after), mysqlOf(before));
      const accounts = after.named(`infrastructure-mysql-accounts-${changes["mysql.user"] ?? "app"}`);
      const told = JSON.parse(String(accounts.inputs["stdin"])) as Record<string, unknown>;
      assert.equal(told[what], Object.values(changes)[0]);
      for (const release of releasesOf(after))
        assert.ok(after.named(`${release}-backend`).dependencies.includes(accounts.name));
      assert.ok(after.named("infrastructure-mysql-gate").dependencies.includes(accounts.name));
    }).timeout(patience);
  }

  inEveryScenario("locks a former user when nothing uses it any more, and only then", (deployment) => {
    const accounts = deployment.named("infrastructure-mysql-accounts-app");
    assert.equal(accounts.inputs["delete"], "node deploy/lock-account.ts");
    assert.equal(environmentOf(accounts)["WEBNET_MYSQL_USER"], "app");
    assert.equal(environmentOf(accounts)["WEBNET_CONTAINER_ID"], "id-of-infrastructure-mysql");
    assert.ok(accounts.secretInputs.includes("stdin"));
  });

  inEveryScenario("keeps its temporary files beside its data, not in memory", (deployment) => {
    const { entrypoints, mounts, tmpfs } = mysqlOf(deployment).inputs;
    const file = filesOf(configOf(deployment, "infrastructure-mysql-config"))["webnet.cnf"];
    const [, directory = ""] = /^tmpdir = (.*)$/m.exec(file?.content ?? "") ?? [];
    const [data] = (mounts as { target: string; readOnly: boolean }[]).filter(({ readOnly }) => !readOnly);
    assert.equal(directory, `${data?.target ?? ""}/.tmp`);
    assert.ok((entrypoints as string[]).join("\n").includes(`mkdir -p ${directory} && `));
    assert.ok(!Object.keys(tmpfs as Record<string, string>).some((path) => directory.startsWith(path)));
  });

  it("starts anew when its configuration changes", async () => {
    const [before, after] = [await configured({}), await configured({ "mysql.maxConnections": 77 })];
    const label = "webnet.config";
    assert.notEqual(labelsOf(mysqlOf(after))[label], labelsOf(mysqlOf(before))[label]);
    // If the old MySQL restarts before that, it reads its own.
    const volumes = [before, after].map(
      (deployment) => environmentOf(configOf(deployment, "infrastructure-mysql-config"))["WEBNET_VOLUME"],
    );
    assert.equal(new Set(volumes).size, 2);
    const mounts = mysqlOf(after).inputs["mounts"] as { source: string; target: string }[];
    assert.equal(mounts.find(({ target }) => target === "/etc/mysql/conf.d")?.source, volumes[1]);
  }).timeout(patience);

  it("is published only where a port is set, and then for the host alone", async () => {
    assert.equal(mysqlOf(await configured({})).inputs["ports"], undefined);
    const published = mysqlOf(await configured({ "mysql.port": 3307 })).inputs["ports"];
    assert.deepEqual(published, [{ internal: 3306, external: 3307, ip: "127.0.0.1" }]);
  }).timeout(patience);

  inEveryScenario("has a gate", (deployment) => {
    const gate = environmentOf(deployment.named("infrastructure-mysql-gate"));
    assert.equal(gate["WEBNET_CONTAINER_ID"], "id-of-infrastructure-mysql");
    assert.equal(gate["WEBNET_SUBJECT"], "MySQL");
  });
});

describe("the backend's database password", () => {
  inEveryScenario("is a file that Spring reads and only the backend may", (deployment) => {
    const files = filesOf(deployment.named("application-secrets-content"));
    assert.deepEqual(files, {
      "spring.datasource.password": {
        content: `${secretMark}infrastructureuserpassword`,
        mode: 0o400,
        uid: 10001,
      },
    });
  });
});
