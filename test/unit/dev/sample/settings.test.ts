import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseJdbcUrl, readSettings } from "../../../../dev/sample/backend/settings.ts";

describe("sample backend settings", () => {
  it("has defaults for everything", () => {
    const settings = readSettings({});
    assert.equal(settings.port, 8080);
    assert.equal(settings.stopSeconds, 25);
    assert.equal(settings.fault, "none");
  });

  it("takes the password from the config tree rather than from the environment", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "webnet-"));
    try {
      writeFileSync(path.join(folder, "spring.datasource.password"), "p\\w '\"");
      const settings = readSettings({
        SPRING_CONFIG_IMPORT: `optional:configtree:${folder}/`,
        SPRING_DATASOURCE_PASSWORD: "other",
      });
      assert.equal(settings.database.password, "p\\w '\"");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds the application's own secrets by their variables", () => {
    const { secretFiles } = readSettings({
      STRIPE_API_KEY_FILE: "/run/secrets/stripe.api-key",
      WEBNET_SERVING_FILE: "/run/webnet/serving",
    });
    assert.deepEqual(secretFiles, { STRIPE_API_KEY: "/run/secrets/stripe.api-key" });
  });

  it("reads JDBC addresses of MySQL", () => {
    assert.deepEqual(parseJdbcUrl("jdbc:mysql://mysql:3307/appdb?useSSL=false"), {
      host: "mysql",
      port: 3307,
      database: "appdb",
    });
    assert.equal(parseJdbcUrl("jdbc:mysql://mysql/appdb").port, 3306);
  });

  it("says what is wrong", () => {
    assert.throws(() => readSettings({ SERVER_PORT: "http" }), {
      message: 'SERVER_PORT is "http"; expected a whole number from 0 to 65535',
    });
    assert.throws(() => readSettings({ APP_STOP_SECONDS: "" }), {
      message: 'APP_STOP_SECONDS is ""; expected a whole number from 0 to 65535',
    });
    assert.throws(() => readSettings({ APP_FAULT: "slow" }), {
      message: 'APP_FAULT is "slow"; allowed: none, unhealthy, crashing, failing, degrading',
    });
    assert.throws(() => readSettings({ SPRING_DATASOURCE_URL: "mysql://x" }), {
      message: 'SPRING_DATASOURCE_URL is "mysql://x"; expected jdbc:mysql://host:port/database',
    });
  });
});
