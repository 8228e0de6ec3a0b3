import assert from "node:assert/strict";
import { renderGateway, rendererDigest } from "../../../render/nginx.ts";
import { toldAlone, type ToldAlone } from "../../../render/nginx/told-alone.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";
import { location, rendered, route } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

const told = (changes: Config) => toldAlone(platformWith(changes).settings).alone;
const loneBackend = "@lone_backend";
const [blue, green] = ["blue-1a2b3c4d", "green-00000001"];

/** Whether a map says that a release has a part. */
const has = (http: readonly Parsed[], part: string, release: string) =>
  mapped(inside(http, "map", "$release", `$has_${part}`), release) === "yes";

describe("render/nginx: colours with one part", () => {
  it("are not spoken of while each has both", () => {
    assert.equal(told({}), undefined);
    const text = renderGateway(route)["nginx.conf"];
    assert.deepEqual(renderGateway({ ...route, alone: {} })["nginx.conf"], text);
    for (const word of [loneBackend, "$has_frontend", "$has_backend", "$is_hidden"])
      assert.ok(!text.includes(word), word);
    assert.notEqual(rendererDigest(), rendererDigest({ alone: { blue: "backend" } }));
  });

  for (const [what, changes, expected] of [
    ["a backend", { "colors.green.frontendTag": "none" }, { green: "backend" }],
    ["a frontend", { "colors.blue.backendTag": "none" }, { blue: "frontend" }],
    [
      "a plain backend with metrics",
      {
        "backend.kind": "plain",
        "backend.metricsPath": "/internal/metrics",
        "colors.green.frontendTag": "none",
      },
      { green: "backend", metrics: "/internal/metrics" },
    ],
    [
      "a frontend, while the other colour's backend has metrics",
      {
        "backend.kind": "plain",
        "backend.metricsPath": "/internal/metrics",
        "colors.green.backendTag": "none",
      },
      { green: "frontend" },
    ],
  ] as const)
    it(`are told: ${what}`, () => {
      assert.deepEqual(told(changes), expected);
    });

  describe("a backend", () => {
    const alone: ToldAlone = { green: "backend", metrics: "/internal/metrics" };
    const { http, site } = rendered({ alone });

    it("gets what no file answers, from the releases of its colour alone", () => {
      assert.ok(has(http, "frontend", blue) && !has(http, "frontend", green));
      const lone = location(site, loneBackend);
      assert.deepEqual(
        all(lone, "if").map(({ words, body }) => [words.slice(1).join(" "), only(body, "return")]),
        [
          ["($has_frontend)", ["404"]],
          ["($is_hidden)", ["404"]],
          ["($streaming)", ["418"]],
        ],
      );
      const api = location(site, "^~", "/api/").filter(({ words }) => words[0] !== "location");
      assert.deepEqual(lone.slice(2), api);
    });

    it("gets every address, also one that would be hidden among files", () => {
      const ends = deep(site)
        .filter(({ words }) => words[0] === "try_files")
        .map(({ words }) => words.at(-1) ?? "")
        .filter((last) => !/^@(?:newest|plain|closed|newest_canary)/.test(last));
      assert.equal(ends.length, 6);
      assert.deepEqual(new Set(ends), new Set([loneBackend]));
      const dots = deep(site).filter(({ words }) => words.join(" ").startsWith("location ~ /\\."));
      assert.equal(dots.length, 2);
      for (const { body } of dots) assert.deepEqual(only(body, "try_files"), ["/.none", loneBackend]);
    });

    it("shows no client its actuator, below whatever path, nor its metrics", () => {
      const hidden = inside(http, "map", "$uri", "$is_hidden");
      for (const path of [
        ...["/actuator", "/actuator/env", "/ACTUATOR/env", "/shop/actuator/prometheus", "/actuator;x/env"],
        ...["/;x/actuator/env", "/x;y/actuator/health", "/actuator/env/actuator/health"],
        ...["/internal/metrics", "/internal;a/metrics", "/internal/metrics/x", "/internal/metrics;b"],
      ])
        assert.equal(mapped(hidden, path), "yes", path);
      for (const path of [
        ...[
          "/",
          "/actuators",
          "/actuator/health",
          "/shop/actuator/health/readiness",
          "/actuator/health/liveness",
        ],
        ...["/internal", "/x/internal/metrics", "/internal/metricsx"],
      ])
        assert.equal(mapped(hidden, path), "", path);
    });

    it("has its rate, like everything below the base path, and no address of a frontend has", () => {
      const rates = { api: { perSecond: 5, burst: 7 }, exemptPaths: ["/hook"], exemptClients: [] };
      const counted = rendered({ alone, rates });
      assert.deepEqual(only(location(counted.site, loneBackend), "limit_req"), [
        "zone=route_rate",
        "burst=7",
        "nodelay",
      ]);
      const client = inside(counted.http, "map", "$counted:$has_rate:$uri", "$route_client");
      assert.equal(mapped(client, "all:yes:/page"), "$client_network");
      assert.equal(mapped(client, "all:yes:/hook"), "");
      assert.deepEqual(all(location(site, loneBackend), "limit_req"), []);
    });

    it("is closed by every way to what is closed", () => {
      const routes = [{ name: "docs", paths: ["/docs"], strips: true as const }];
      const access = [{ paths: ["/admin"], clients: ["192.0.2.1"] }];
      const text = (parts?: ToldAlone) =>
        renderGateway({ ...route, ...(parts && { alone: parts }), routes, access })["nginx.conf"];
      assert.match(text(alone), /docs.*admin/);
      assert.doesNotMatch(text(), /docs.*admin/);
    });

    it("is reached by a route too, which leads nowhere where a colour has no backend", () => {
      const routes = [{ name: "docs", paths: ["/docs"] }];
      const first = (parts: ToldAlone) => {
        const blocks = location(rendered({ alone: parts, routes }).site, "^~", "/docs/");
        return all(blocks, "if").map(({ words }) => words[1]);
      };
      assert.deepEqual(first({ green: "frontend" }), ["($has_backend", "($streaming)"]);
      assert.deepEqual(first({ green: "backend" }), ["($streaming)"]);
    });
  });

  describe("a frontend", () => {
    it("has nothing below the base path", () => {
      const { http, site } = rendered({ alone: { green: "frontend" } });
      assert.ok(has(http, "backend", blue) && !has(http, "backend", green));
      for (const head of [
        ["=", "/api"],
        ["^~", "/api/"],
      ]) {
        const [first] = all(location(site, ...head), "if");
        assert.ok(first);
        assert.equal(first.words.slice(1).join(" "), "($has_backend =  )");
        assert.deepEqual(only(first.body, "return"), ["404"]);
      }
      assert.equal(inside(http, "upstream", "active").length > 0, true);
    });

    it("of every colour leaves no way to any backend", () => {
      const { http, site } = rendered({ alone: { blue: "frontend", green: "frontend" } });
      for (const head of [
        ["=", "/api"],
        ["^~", "/api/"],
      ])
        assert.deepEqual(location(site, ...head), [{ words: ["return", "404"], body: [] }]);
      assert.deepEqual(all(http, "upstream"), []);
      const ways = deep(site).filter(({ words }) => words[0] === "proxy_pass");
      assert.deepEqual(
        ways.map(({ words }) => words[1]),
        ["http://unix:/tmp/enter.sock"],
      );
    });

    it("that serves has no name that nginx would look up, beside a colour with a backend", () => {
      const { http } = rendered({ alone: { blue: "frontend" } });
      assert.deepEqual(all(http, "upstream"), []);
    });
  });

  it("can't be told what is no part", () => {
    const alone = { blue: "database" } as unknown as ToldAlone;
    assert.throws(() => renderGateway({ ...route, alone }), /cannot be rendered:\n {2}alone\.blue/);
  });
});
