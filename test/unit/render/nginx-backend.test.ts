import assert from "node:assert/strict";
import { renderGateway, toldOf } from "../../../render/nginx.ts";
import type { ToldBackend } from "../../../render/nginx/told-backend.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";
import { location, rendered, route, routeFacts, server, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

const told = (changes: Config): ToldBackend | undefined =>
  toldOf(platformWith(changes).settings, "webnet-prod-backend-", routeFacts).backend;

/** The status with which nginx itself answers an address below the base path; undefined if the backend gets it. */
function answers(backend: ToldBackend | undefined, uri: string): string | undefined {
  const { site } = rendered(backend === undefined ? {} : { backend });
  const base = location(site, "^~", `${backend?.basePath ?? "/api"}/`);
  const hidden = all(base, "location").find(({ words }) =>
    new RegExp((words[2] ?? "").replace("(?s)", "").replaceAll("\\z", "$"), "is").test(uri),
  );
  return hidden && only(hidden.body, "return")[0];
}

describe("render/nginx: a backend that isn't as usual", () => {
  it("is not spoken of while it is as usual", () => {
    assert.equal(told({}), undefined);
    assert.equal(told({ "backend.metricsPath": "none" }), undefined);
    assert.equal(told({ "backend.healthPath": "/elsewhere" }), undefined);
    assert.equal(told({ "backend.metricsPath": "/api/actuator/prometheus" }), undefined);
  });

  it("is rendered as always where it is spelt out", () => {
    const usual: ToldBackend = { port: 8080, basePath: "/api", actuator: true };
    assert.deepEqual(renderGateway({ ...route, backend: usual }), renderGateway(route));
  });

  for (const [what, changes, expected] of [
    ["a port", { "backend.port": 3000 }, { port: 3000, basePath: "/api", actuator: true }],
    [
      "another base path, taken off",
      { "backend.basePath": "/shop/v1.2", "backend.stripBasePath": true },
      { port: 8080, basePath: "/shop/v1.2", strips: true, actuator: true },
    ],
    [
      "metrics beside the actuator",
      { "backend.metricsPath": "/api/management/prometheus" },
      { port: 8080, basePath: "/api", actuator: true, metrics: "/api/management/prometheus" },
    ],
    ["a plain one without metrics", { "backend.kind": "plain" }, { port: 8080, basePath: "/api" }],
    [
      "a plain one with metrics that clients could reach",
      { "backend.kind": "plain", "backend.metricsPath": "/api/metrics" },
      { port: 8080, basePath: "/api", metrics: "/api/metrics" },
    ],
    [
      "a plain one with metrics elsewhere",
      { "backend.kind": "plain", "backend.metricsPath": "/metrics" },
      { port: 8080, basePath: "/api" },
    ],
    [
      "a plain one without base path",
      { "backend.kind": "plain", "backend.metricsPath": "/metrics", "backend.stripBasePath": true },
      { port: 8080, basePath: "/api", strips: true, metrics: "/api/metrics" },
    ],
  ] as const)
    it(`is told as such: ${what}`, () => {
      assert.deepEqual(told(changes), expected);
    });

  it("is reached by its port, also by its name, its fallback and as a canary", () => {
    const canary = { release: "green-00000003", percent: 5 };
    const { http } = rendered({ canary, backend: { port: 3000, basePath: "/api" } });
    for (const upstream of ["active", "canary"])
      assert.match(all(inside(http, "upstream", upstream), "server")[0]?.words[1] ?? "", /:3000$/);
    assert.match(only(location(server(http, "unix:/tmp/fallback.sock"), "/"), "set")[1] ?? "", /:3000$/);
    assert.match(
      mapped(inside(http, "map", "$lane", "$backend"), "guarded"),
      /\$asked_release\$asked_replica:3000$/,
    );
    assert.ok(!JSON.stringify(http).includes(":8080"));
  });

  const stripped: ToldBackend = { port: 8080, basePath: "/a.b/c", strips: true };
  it("gets everything below its base path, and the frontend the rest", () => {
    const { site } = rendered({ backend: { port: 8080, basePath: "/a.b/c" } });
    for (const block of [
      location(site, "=", "/a.b/c"),
      location(site, "^~", "/a.b/c/"),
      location(site, "@stream"),
    ]) {
      assert.deepEqual(only(block, "proxy_pass"), ["http://$backend"]);
      assert.equal(settings(block, "proxy_set_header")["X-Forwarded-Prefix"], "");
    }
    assert.ok(!JSON.stringify(site).includes('"/api'));
  });

  it("gets the client's own words without the base path, where that is taken off", () => {
    const { http, site } = rendered({ backend: stripped });
    for (const block of [
      location(site, "=", "/a.b/c"),
      location(site, "^~", "/a.b/c/"),
      location(site, "@stream"),
    ]) {
      assert.deepEqual(only(block, "proxy_pass"), ["http://$backend$stripped"]);
      assert.equal(settings(block, "proxy_set_header")["X-Forwarded-Prefix"], "/a.b/c");
      const [empty] = all(block, "if").filter(({ words }) => words.join(" ").includes("$stripped"));
      assert.deepEqual(only(empty?.body ?? [], "return"), ["404"]);
    }
    const map = inside(http, "map", "$request_uri", "$stripped");
    for (const [uri, expected] of [
      ["/a.b/c/x%2Fy?z=/a.b/c/", "/x%2Fy?z=/a.b/c/"],
      ["/a.b/c/", "/"],
      ["/a.b/c", "/"],
      ["/a.b/c?x=1", "/?x=1"],
      ["/a.b/cc", ""],
      ["/aXb/c/", ""],
      ["//a.b/c/x", ""],
    ] as const)
      assert.equal(substituted(map, uri), expected, uri);
  });

  it("shows no client its metrics, however they are written", () => {
    const backend: ToldBackend = { port: 8080, basePath: "/api", metrics: "/api/internal/metrics.txt" };
    for (const uri of [
      ...[
        "/api/internal/metrics.txt",
        "/api/INTERNAL/metrics.txt",
        "/api/internal/metrics.txt/",
        "/api/internal/metrics.txt/x",
      ],
      ...["/api/internal/metrics.txt;a=1", "/api/internal;x/metrics.txt", "/api/;x/internal/;y/metrics.txt"],
    ])
      assert.equal(answers(backend, uri), "404", uri);
    for (const uri of [
      "/api/internal/metrics",
      "/api/internal/metricsXtxt",
      "/api/x/internal/metrics.txt",
      "/api/actuator/env",
    ])
      assert.equal(answers(backend, uri), undefined, uri);
  });

  it("hides Spring's actuator below any base path, but for the health", () => {
    const backend: ToldBackend = { port: 8080, basePath: "/shop", actuator: true };
    for (const uri of ["/shop/actuator", "/shop/actuator/prometheus", "/shop/x;/actuator/env"])
      assert.equal(answers(backend, uri), "404", uri);
    for (const uri of ["/shop/actuator/health", "/shop/actuator/health/readiness", "/shop/actuators"])
      assert.equal(answers(backend, uri), undefined, uri);
  });

  it("can't be told what nginx would read in another way", () => {
    for (const backend of [
      { port: 8080, basePath: "/" },
      { port: 8080, basePath: "/a b" },
      { port: 8080, basePath: "/api/" },
      { port: 0, basePath: "/api" },
      { port: 8080, basePath: "/api", metrics: "/api/$x" },
    ])
      assert.throws(() => renderGateway({ ...route, backend }), /cannot be rendered:\n {2}backend\./);
  });
});

/** What nginx's map makes of a value: the first pattern that matches, with its named group put in. */
function substituted(map: readonly Parsed[], value: string): string {
  for (const { words } of map) {
    const [pattern = "", result = ""] = words;
    if (!pattern.startsWith("~")) continue;
    const found = new RegExp(pattern.slice(1)).exec(value);
    if (found) return result.replace(/\$(\w+)/, (_all, name: string) => found.groups?.[name] ?? "");
  }
  return "";
}
