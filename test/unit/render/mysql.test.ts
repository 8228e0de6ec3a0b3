import assert from "node:assert/strict";
import { renderAccounts, renderClientCnf, renderMyCnf, type Accounts } from "../../../render/mysql.ts";

const accounts: Accounts = {
  database: "app_db",
  user: "app",
  userPassword: "user-password",
  monitoringPassword: "monitoring-password",
  rootPassword: "root-password",
};

function options(text: string): Record<string, string> {
  const [section, ...lines] = text.trimEnd().split("\n");
  const entries = lines.map((line) => line.split(" = ") as [string, string]);
  return { section: section ?? "", ...Object.fromEntries(entries) };
}

describe("render/mysql: the server", () => {
  it("is closed to files and plugins, and has utf8mb4", () => {
    const server = options(renderMyCnf({ maxConnections: 200, memoryMegabytes: 2048 }));
    assert.equal(server["section"], "[mysqld]");
    assert.equal(server["secure-file-priv"], "NULL");
    assert.equal(server["mysqlx"], "OFF");
    assert.equal(server["skip-name-resolve"], "ON");
    assert.equal(server["character-set-server"], "utf8mb4");
    assert.equal(server["max-connections"], "200");
  });

  for (const memoryMegabytes of [256, 512, 1024, 4096, 65536]) {
    it(`leaves room beside the buffer pool in ${memoryMegabytes} MB`, () => {
      const server = options(renderMyCnf({ maxConnections: 200, memoryMegabytes }));
      const pool = parseInt(server["innodb-buffer-pool-size"] ?? "");
      const chunk = parseInt(server["innodb-buffer-pool-chunk-size"] ?? "");
      const step = chunk * Number(server["innodb-buffer-pool-instances"]);
      assert.ok(pool >= 64 && pool <= Math.max(64, memoryMegabytes * 0.6), `pool of ${pool} MB`);
      assert.ok(pool < step || pool % step === 0, "would be rounded up");
      assert.ok(pool / chunk <= 1000, "more chunks than the server takes");
      assert.ok(parseInt(server["innodb-redo-log-capacity"] ?? "") >= 32);
      assert.ok(parseInt(server["temptable-max-ram"] ?? "") <= Math.max(16, memoryMegabytes / 16));
    });
  }
});

describe("render/mysql: the accounts", () => {
  it("is one statement a line", () => {
    const lines = renderAccounts({ ...accounts, userPassword: "a\nb;-- c" }).split("\n");
    assert.equal(lines.pop(), "");
    for (const line of lines) assert.match(line, /^(ALTER|CREATE|DROP|GRANT) .*;$/);
  });

  it("may run again, and then sets the passwords anew", () => {
    const sql = renderAccounts(accounts);
    for (const [create] of sql.matchAll(/^CREATE .*$/gm)) assert.match(create, / IF NOT EXISTS /);
    for (const [password, user] of [
      ["root-password", "'root'@'localhost'"],
      ["user-password", "'app'@'%'"],
      ["monitoring-password", "'monitoring'@'%'"],
    ] as const) {
      assert.ok(
        sql.includes(`\nALTER USER ${user} IDENTIFIED BY '${password}'`) ||
          sql.startsWith(`ALTER USER ${user}`),
      );
    }
  });

  it("escapes passwords", () => {
    const sql = renderAccounts({ ...accounts, userPassword: 'it\'s\\a\n"b"%' });
    assert.ok(sql.includes(`IDENTIFIED BY 'it\\'s\\\\a\\n"b"%';`), sql);
  });

  it("gives the user one database, and not those whose names look like it", () => {
    const sql = renderAccounts(accounts);
    assert.match(sql, /CREATE DATABASE IF NOT EXISTS `app_db`;/);
    assert.match(sql, /GRANT ALL PRIVILEGES ON `app\\_db`\.\* TO 'app'@'%';/);
  });

  it("lets monitoring look, on few connections", () => {
    const sql = renderAccounts(accounts);
    assert.match(sql, /GRANT PROCESS, REPLICATION CLIENT, SELECT ON \*\.\* TO 'monitoring'@'%';/);
    assert.match(sql, /'monitoring'@'%' .* WITH MAX_USER_CONNECTIONS 3;/);
  });

  it("keeps root inside the container", () => {
    assert.match(renderAccounts(accounts), /DROP USER IF EXISTS 'root'@'%';/);
  });

  for (const user of ["root", "monitoring", "mysql.sys"]) {
    it(`refuses ${user} as the application's user`, () => {
      assert.throws(() => renderAccounts({ ...accounts, user }), {
        message: `mysql.user: got "${user}", allowed is any name but root, monitoring and mysql.*`,
      });
    });
  }
});

describe("render/mysql: the client", () => {
  const client = { user: "monitoring", password: "p' =x", host: "127.0.0.1", port: 3306 };

  it("quotes what has spaces and quotes", () => {
    assert.equal(
      renderClientCnf({ ...client, protocol: "tcp" }),
      '[client]\nuser = "monitoring"\npassword = "p\' =x"\nhost = "127.0.0.1"\nport = 3306\nprotocol = tcp\n',
    );
  });

  it("leaves the protocol to the client unless it is given", () => {
    assert.doesNotMatch(renderClientCnf(client), /protocol/);
  });

  for (const password of ["", "a\\b", 'a"b', "a#b", "a;b", "a?b", "a\nb"]) {
    it(`refuses ${JSON.stringify(password)} without repeating it`, () => {
      assert.throws(
        () => renderClientCnf({ ...client, password }),
        (error: Error) =>
          error.message.startsWith("MySQL client option password: ") &&
          !error.message.includes(password || "\0"),
      );
    });
  }
});
