import assert from "node:assert/strict";
import {
  renderAccounts,
  renderClientCnf,
  renderLock,
  renderMyCnf,
  type Accounts,
} from "../../../render/mysql.ts";
import { passwordVerifier, sha256Crypt } from "../../../render/mysql/verifier.ts";

const accounts: Accounts = {
  database: "app_db",
  user: "app",
  userPassword: "user-password",
  monitoringPassword: "monitoring-password",
  rootPassword: "root-password",
};

/** As MySQL 9.7 stored it, in hexadecimal digits: a salt may have unprintable bytes. */
const madeByServer = {
  password: "Aa1!of the server itself",
  verifier: Buffer.from(
    "2441243030412467254150253A67114C37337B2F503B30722B2F274766646F65774A79" +
      "7A7170772E4C7133714547787532675449746A564961763147334433494E704A475433",
    "hex",
  ).toString(),
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
    for (const line of lines) assert.match(line, /^(ALTER|CREATE|GRANT) .*;$/);
  });

  it("may run again, and then sets the passwords anew", () => {
    const sql = renderAccounts(accounts);
    for (const [create] of sql.matchAll(/^CREATE .*$/gm)) assert.match(create, / IF NOT EXISTS /);
    for (const [user, host, password] of [
      ["root", "localhost", accounts.rootPassword],
      ["app", "%", accounts.userPassword],
      ["monitoring", "%", accounts.monitoringPassword],
    ] as const)
      assert.ok(
        sql.includes(
          `\nALTER USER '${user}'@'${host}' IDENTIFIED WITH caching_sha2_password AS '${passwordVerifier(user, password)}' REQUIRE NONE`,
        ),
      );
  });

  it("tells no password, so that no policy of the data's own refuses one", () => {
    const sql = renderAccounts(accounts);
    for (const password of [accounts.userPassword, accounts.monitoringPassword, accounts.rootPassword])
      assert.ok(!sql.includes(password));
    assert.doesNotMatch(sql, /IDENTIFIED BY/);
  });

  it("takes whatever would keep an account that is there from being used", () => {
    const altered = renderAccounts(accounts).match(/^ALTER USER .* AS .*$/gm) ?? [];
    assert.equal(altered.length, 3);
    for (const statement of altered)
      assert.match(statement, / REQUIRE NONE .* PASSWORD EXPIRE NEVER .* ACCOUNT UNLOCK;$/);
  });

  it("gives accounts with a host of their own, which win over ours, the same password and rights", () => {
    const sql = renderAccounts(accounts, [
      { user: "app", host: "%" },
      { user: "app", host: "172.%" },
      { user: "monitoring", host: "127.0.0.1" },
    ]);
    assert.match(sql, /^ALTER USER 'app'@'172\.%' IDENTIFIED WITH caching_sha2_password AS /m);
    assert.match(sql, /^GRANT ALL PRIVILEGES ON `app\\_db`\.\* TO 'app'@'172\.%';$/m);
    assert.match(sql, /^ALTER USER 'monitoring'@'127\.0\.0\.1' .* MAX_USER_CONNECTIONS 3 /m);
    assert.match(sql, /^GRANT PROCESS, .* TO 'monitoring'@'127\.0\.0\.1';$/m);
    assert.equal(sql.match(/^ALTER USER 'app'@'%'/gm)?.length, 1);
  });

  it("removes accounts without a name, which win over ours as well", () => {
    assert.match(
      renderAccounts(accounts, [{ user: "", host: "172.%" }]),
      /^DROP USER IF EXISTS ''@'172\.%';$/m,
    );
  });

  it("gives the user one database, and not those whose names look like it", () => {
    const sql = renderAccounts(accounts);
    assert.match(sql, /CREATE DATABASE IF NOT EXISTS `app_db`;/);
    assert.match(sql, /GRANT ALL PRIVILEGES ON `app\\_db`\.\* TO 'app'@'%';/);
  });

  it("lets monitoring look, on few connections", () => {
    const sql = renderAccounts(accounts);
    assert.match(sql, /GRANT PROCESS, REPLICATION CLIENT, SELECT ON \*\.\* TO 'monitoring'@'%';/);
    assert.match(sql, /ALTER USER 'monitoring'@'%' .* MAX_USER_CONNECTIONS 3 /);
  });

  it("keeps root inside the container, and those whose name views and triggers bear", () => {
    const sql = renderAccounts(accounts, [
      { user: "root", host: "%" },
      { user: "root", host: "localhost" },
      { user: "root", host: "10.%" },
    ]);
    assert.deepEqual(sql.match(/^.* ACCOUNT LOCK;$/gm), [
      "ALTER USER 'root'@'%' ACCOUNT LOCK;",
      "ALTER USER 'root'@'10.%' ACCOUNT LOCK;",
    ]);
    assert.doesNotMatch(sql, /DROP/);
  });

  it("locks a former user with all its hosts, and nobody else", () => {
    const found = [
      { user: "app", host: "%" },
      { user: "app", host: "172.%" },
      { user: "", host: "%" },
    ];
    assert.equal(
      renderLock("app", found),
      "ALTER USER 'app'@'%' ACCOUNT LOCK;\nALTER USER 'app'@'172.%' ACCOUNT LOCK;\n",
    );
  });

  for (const user of ["root", "monitoring", "mysql.sys"]) {
    it(`refuses ${user} as the application's user`, () => {
      assert.throws(() => renderAccounts({ ...accounts, user }), {
        message: `mysql.user: got "${user}", allowed is any name but root, monitoring and mysql.*`,
      });
    });
  }
});

describe("render/mysql: what stands in a password's place", () => {
  it("is what crypt makes of a password (openssl passwd -5)", () => {
    assert.equal(sha256Crypt("Hello world!", "saltstring"), "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5");
  });

  it("is what MySQL 9.7 made of one", () => {
    const [, salt = "", digest] = /^\$A\$00A\$([^]{20})(.{43})$/.exec(madeByServer.verifier) ?? [];
    assert.equal(sha256Crypt(madeByServer.password, salt, 10_000), digest);
  });

  it("has the server's form, stays the same, and differs between accounts", () => {
    const verifier = passwordVerifier("app", "user-password");
    assert.match(verifier, /^\$A\$005\$[./0-9A-Za-z]{63}$/);
    assert.equal(passwordVerifier("app", "user-password"), verifier);
    assert.notEqual(passwordVerifier("app2", "user-password"), verifier);
    assert.notEqual(passwordVerifier("app", "user-passwore"), verifier);
  });
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
