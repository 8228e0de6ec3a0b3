import assert from "node:assert/strict";
import { backendWorkload } from "../../../release/backend.ts";
import { plainVariables } from "../../../settings/backend-checks.ts";
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
    const every = environmentWith({ "gateway.requestHeaderKilobytes": 32 });
    assert.equal(every["SERVER_MAX_HTTP_REQUEST_HEADER_SIZE"], "64KB");
    const names = Object.keys(every).filter((name) => environmentName().safeParse(name).success);
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

describe("a plain backend's environment", () => {
  const of = (changes: Config) => environmentWith({ "backend.kind": "plain", ...changes });

  it("says where to listen and where the database is, and nothing of Spring's or Java's", () => {
    const environment = of({
      "backend.port": 3000,
      "mysql.database": "shop",
      "backend.environment": { TZ: "UTC" },
    });
    assert.deepEqual(environment, {
      TZ: "UTC",
      PORT: "3000",
      DATABASE_HOST: "webnet-prod-mysql",
      DATABASE_PORT: "3306",
      DATABASE_NAME: "shop",
      DATABASE_USER: "app",
      DATABASE_PASSWORD_FILE: "/run/secrets/spring.datasource.password",
      APP_COLOR: "blue",
      APP_VERSION: "sha-1",
      WEBNET_RELEASE: "blue-1a2b3c4d",
      WEBNET_SERVING_FILE: "/run/webnet/serving",
    });
  });

  it("takes the JVM's options as they are", () => {
    const { JAVA_TOOL_OPTIONS } = of({ "backend.environment": { JAVA_TOOL_OPTIONS: "-Xmx64m" } });
    assert.equal(JAVA_TOOL_OPTIONS, "-Xmx64m");
  });

  it("has no name that only the program may set, but those that the settings refuse of it alone", () => {
    const names = Object.keys(of({})).filter((name) => environmentName().safeParse(name).success);
    assert.deepEqual(names.sort(), [...plainVariables].sort());
  });
});

describe("where a backend is asked for its health", () => {
  const asked = (changes: Config) =>
    backendWorkload(platformWith(changes), { color: "blue", tag: "v1", id: "" }).health.command.join("\n");

  it("is what the settings say", () => {
    assert.match(asked({}), /http:\/\/127\.0\.0\.1:8080\/api\/actuator\/health\/readiness /);
    const changes = { "backend.port": 9000, "backend.healthPath": "/ready" };
    assert.match(asked(changes), /http:\/\/127\.0\.0\.1:9000\/ready /);
  });
});
