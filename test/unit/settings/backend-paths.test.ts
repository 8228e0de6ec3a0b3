import assert from "node:assert/strict";
import { publicPathOf } from "../../../settings/backend.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed, refusal, refuses, type Config } from "./support.ts";

const settingsOf = (changes: Config) => parseSettings(changed(changes), "prod");

describe("settings: a backend's paths", () => {
  for (const [what, changes, health, metrics, smoke] of [
    [
      "Spring's",
      {},
      "/api/actuator/health/readiness",
      "/api/actuator/prometheus",
      ["/api/actuator/health", "/"],
    ],
    [
      "Spring's below another path",
      { "backend.basePath": "/shop" },
      "/shop/actuator/health/readiness",
      "/shop/actuator/prometheus",
      ["/shop/actuator/health", "/"],
    ],
    [
      "Spring's, with the base path taken off",
      { "backend.stripBasePath": true },
      "/actuator/health/readiness",
      "/actuator/prometheus",
      ["/api/actuator/health", "/"],
    ],
    ["a plain one's", { "backend.kind": "plain" }, "/api/health", undefined, ["/api/health", "/"]],
    [
      "a plain one's, with the base path taken off",
      { "backend.kind": "plain", "backend.stripBasePath": "true" },
      "/health",
      undefined,
      ["/api/health", "/"],
    ],
    [
      "a plain one's that no client reaches",
      { "backend.kind": "plain", "backend.healthPath": "/ready", "backend.metricsPath": "/metrics" },
      "/ready",
      "/metrics",
      ["/"],
    ],
    [
      "Spring's without metrics",
      { "backend.metricsPath": "none" },
      "/api/actuator/health/readiness",
      undefined,
      ["/api/actuator/health", "/"],
    ],
  ] as const)
    it(`are ${what}`, () => {
      const { backend, gateway } = settingsOf(changes);
      assert.deepEqual(
        [backend.healthPath, backend.metricsPath, gateway.smoke.paths],
        [health, metrics, smoke],
      );
    });

  it("leave a smoke check of one's own alone", () => {
    const { gateway } = settingsOf({ "backend.basePath": "/shop", "gateway.smoke.paths": ["/x"] });
    assert.deepEqual(gateway.smoke.paths, ["/x"]);
  });

  it("lead to public ones only below the base path", () => {
    const kept = { basePath: "/api", stripBasePath: false };
    assert.deepEqual(
      ["/api", "/api/x", "/apix", "/x"].map((path) => publicPathOf(kept, path)),
      ["/api", "/api/x", undefined, undefined],
    );
    assert.equal(publicPathOf({ ...kept, stripBasePath: true }, "/x"), "/api/x");
  });

  for (const path of [
    "/",
    "api",
    "/api/",
    "/a//b",
    "/.hidden",
    "/a/../b",
    "/assets",
    "/healthz",
    "/a b",
    "/a'b",
    "/a$b",
    "/a;b",
    "",
  ])
    it(`have no base path ${JSON.stringify(path)}`, () => {
      assert.match(refusal(changed({ "backend.basePath": path })), /^webnet:backend\.basePath$/m);
    });

  for (const path of ["/assets/api", "/api", "/shop/v1.2", "/a_b~c-d"])
    it(`may have the base path ${path}`, () => {
      assert.equal(settingsOf({ "backend.basePath": path }).backend.basePath, path);
    });

  for (const path of ["/", "health", "/a?b=c", "/$(id)", "/a'", "/a/../b", "/a/"])
    it(`have no path ${JSON.stringify(path)} for the health or the metrics`, () => {
      for (const key of ["healthPath", "metricsPath"])
        assert.match(
          refusal(changed({ [`backend.${key}`]: path })),
          new RegExp(`^webnet:backend\\.${key}$`, "m"),
        );
    });

  refuses(
    "a kind that there isn't",
    { "backend.kind": "node" },
    `
webnet:backend.kind
  problem: its value is not allowed
  got:     "node"
  allowed: spring or plain
  fix:     pulumi config set --path 'webnet:backend.kind' <spring/plain> --stack prod`,
  );
  refuses(
    "a port that a user without rights can't listen on",
    { "backend.port": 80 },
    `
webnet:backend.port
  problem: its value is not allowed
  got:     80
  allowed: a port number, 1024 to 65535
  fix:     pulumi config set --path 'webnet:backend.port' <port> --stack prod`,
  );
  refuses(
    "metrics that are all of the backend",
    { "backend.metricsPath": "/api" },
    `
webnet:backend.metricsPath
  problem: it is where all that the backend has begins, and no client could be kept from it alone
  got:     "/api"
  allowed: a path below webnet:backend.basePath, or elsewhere
  fix:     pulumi config set --path 'webnet:backend.metricsPath' /api/metrics --stack prod`,
  );
  refuses(
    "a variable that the program sets of a plain backend",
    { "backend.kind": "plain", "backend.environment": { PORT: "80" } },
    `
webnet:backend.environment.PORT
  problem: the program itself sets this variable of a plain backend
  got:     "80"
  allowed: other names than PORT, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD_FILE, while webnet:backend.kind is plain
  fix:     pulumi config rm --path 'webnet:backend.environment.PORT' --stack prod`,
  );
  refuses(
    "parameters of a URL that a plain backend doesn't get",
    { "backend.kind": "plain", "backend.jdbcParameters": { useSSL: "false" } },
    `
webnet:backend.jdbcParameters
  problem: a plain backend gets no URL that they could be part of
  got:     an object with useSSL
  allowed: nothing, while webnet:backend.kind is plain
  fix:     pulumi config rm --path 'webnet:backend.jdbcParameters' --stack prod
  or:      pulumi config set --path 'webnet:backend.kind' spring --stack prod`,
  );
});
