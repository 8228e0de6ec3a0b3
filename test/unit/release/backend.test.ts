import assert from "node:assert/strict";
import { backendWorkload } from "../../../release/backend.ts";
import { replaceableVariables } from "../../../settings/environment.ts";
import { environmentName } from "../../../settings/schema/names.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

const environmentWith = (backend: Config = {}): Record<string, string> =>
  backendWorkload(platformWith(backend), { color: "blue", tag: "sha-1", id: "blue-1a2b3c4d" }).environment ??
  {};

describe("a backend's environment", () => {
  it("adds the JVM options of the settings to the program's, which they overrule", () => {
    const own = environmentWith().JAVA_TOOL_OPTIONS ?? "";
    assert.match(own, /^-XX:MaxRAMPercentage=75 -XX:\+ExitOnOutOfMemoryError$/);
    const added = "-Duser.timezone=UTC -XX:MaxRAMPercentage=60";
    const { JAVA_TOOL_OPTIONS } = environmentWith({ "backend.environment": { JAVA_TOOL_OPTIONS: added } });
    assert.equal(JAVA_TOOL_OPTIONS, `${own} ${added}`);
  });

  it("has Spring show its readiness and finish its requests, unless the settings say otherwise", () => {
    const { MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED, SERVER_SHUTDOWN } = environmentWith();
    assert.deepEqual([MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED, SERVER_SHUTDOWN], ["true", "graceful"]);
    const changed = environmentWith({
      "backend.environment": {
        MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED: "false",
        SERVER_SHUTDOWN: "immediate",
      },
    });
    assert.equal(changed.MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED, "false");
    assert.equal(changed.SERVER_SHUTDOWN, "immediate");
  });

  it("lets the settings replace or add to exactly the variables that they know the names of", () => {
    const names = Object.keys(environmentWith()).filter((name) => environmentName().safeParse(name).success);
    assert.deepEqual(names.sort(), [...replaceableVariables].sort());
  });

  it("holds the connection pool's settings", () => {
    const pool = {
      SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE: "20",
      SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT: "5000",
      SPRING_DATASOURCE_HIKARI_DATA_SOURCE_PROPERTIES_CACHEPREPSTMTS: "true",
      SPRING_DATASOURCE_TYPE: "com.zaxxer.hikari.HikariDataSource",
    };
    const environment = environmentWith({ "backend.environment": pool });
    for (const [name, value] of Object.entries(pool)) assert.equal(environment[name], value);
  });

  it("says which release it is, and where it stands which one serves", () => {
    const { WEBNET_RELEASE, WEBNET_SERVING_FILE } = environmentWith();
    assert.deepEqual([WEBNET_RELEASE, WEBNET_SERVING_FILE], ["blue-1a2b3c4d", "/run/webnet/serving"]);
  });

  it("puts parameters into the database's URL, escaped, in an order of their own", () => {
    const url = (jdbcParameters: Config) =>
      environmentWith({ "backend.jdbcParameters": jdbcParameters }).SPRING_DATASOURCE_URL;
    assert.equal(url({}), "jdbc:mysql://webnet-prod-mysql:3306/appdb");
    const parameters = { useSSL: "false", connectionTimeZone: "Europe/Zürich", a: "1&password=x" };
    const expected =
      "jdbc:mysql://webnet-prod-mysql:3306/appdb?a=1%26password%3Dx&connectionTimeZone=Europe%2FZ%C3%BCrich&useSSL=false";
    assert.equal(url(parameters), expected);
    assert.equal(url(Object.fromEntries(Object.entries(parameters).reverse())), expected);
  });
});
