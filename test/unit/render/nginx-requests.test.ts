import assert from "node:assert/strict";
import { location, rendered, server, settings, token } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

describe("render/nginx: the guarded route", () => {
  const { http, site } = rendered();
  const guard = inside(http, "map", "$http_x_webnet_release:$http_x_webnet_token", "$guard");
  const release = inside(http, "map", "$guard", "$release");
  const backend = inside(http, "map", "$guard", "$backend");

  for (const [asked, outcome] of [
    [":", "public"],
    [`:${token}`, "public"],
    [":wrong", "public"],
    [`green-00000009:${token}`, "guarded"],
    ["green-00000009:", "refused"],
    [`green-00000009:${token}x`, "refused"],
    [`green-00000009:${token.toUpperCase()}`, "refused"],
    [`green-0000000:${token}`, "refused"],
    [`example.org/green-00000009:${token}`, "refused"],
  ] as const) {
    it(`${asked.replace(token, "<token>")} is ${outcome}`, () => {
      assert.equal(mapped(guard, asked), outcome);
    });
  }

  it("moves the backend and the frontend together", () => {
    assert.equal(mapped(release, "public"), "blue-1a2b3c4d");
    assert.equal(mapped(release, "guarded"), "$asked_release");
    assert.equal(mapped(backend, "public"), "active");
    assert.equal(mapped(backend, "guarded"), "webnet-local-backend-$asked_release:8080");
    const passes = deep(site).filter(({ words }) => words[0] === "proxy_pass");
    assert.ok(passes.length > 0);
    for (const { words } of passes) assert.equal(words[1], "http://$backend");
    const tried = deep(site).filter(({ words }) => words[0] === "try_files");
    // One looks on where the request's own release had nothing.
    assert.equal(tried.filter(({ words }) => words[1] !== "/$release$uri").length, 1);
    assert.deepEqual(only(location(site, "@newest"), "try_files"), ["$uri", "=404"]);
  });

  it("refuses before any location", () => {
    assert.deepEqual(only(inside(site, "if", "($guard", "=", "refused)"), "return"), ["403"]);
  });

  it("neither logs the token nor hands it to a backend", () => {
    const [, format = ""] = only(http, "log_format").slice(1);
    assert.doesNotMatch(format, /token/i);
    for (const { body } of deep(site).filter(({ body }) => all(body, "proxy_pass").length > 0)) {
      const headers = settings(body, "proxy_set_header");
      assert.equal(headers["X-Webnet-Token"], "");
      assert.equal(headers["X-Webnet-Release"], "");
    }
  });

  it("shows the token nowhere but in the guard's own map", () => {
    const holders = deep(http).filter(({ words }) => words.some((word) => word.includes(token)));
    assert.equal(holders.length, 1);
    assert.ok(guard.includes(holders[0] as Parsed));
  });
});

describe("render/nginx: the backend", () => {
  const { http, site } = rendered();
  const api = location(site, "^~", "/api/");

  it("is found at run time, with a fallback that waits for its name", () => {
    const upstream = inside(http, "upstream", "active");
    const servers = all(upstream, "server").map(({ words }) => words.slice(1));
    assert.deepEqual(servers, [
      ["webnet-local-backend-blue-1a2b3c4d:8080", "resolve", "max_fails=0"],
      ["127.0.0.1:8082", "backup", "max_fails=0"],
    ]);
    assert.equal(all(upstream, "zone").length, 1);
    const fallback = location(server(http, "127.0.0.1:8082"), "/");
    assert.deepEqual(only(fallback, "set"), ["$fallback_backend", "webnet-local-backend-blue-1a2b3c4d:8080"]);
    assert.deepEqual(only(fallback, "proxy_pass"), ["http://$fallback_backend"]);
    assert.deepEqual(only(http, "resolver").slice(0, 1), ["127.0.0.11"]);
  });

  it("never gets a request twice that changes something", () => {
    const retries = deep(http).filter(({ words }) => words[0] === "proxy_next_upstream");
    assert.deepEqual(
      retries.map(({ words }) => words.slice(1)),
      [["error", "timeout"]],
    );
  });

  it("is told who the client is, whatever the client says", () => {
    for (const block of [api, location(site, "=", "/api"), location(site, "@stream")]) {
      const headers = settings(block, "proxy_set_header");
      assert.equal(headers["X-Forwarded-For"], "$remote_addr");
      assert.equal(headers["X-Forwarded-Proto"], "$scheme");
      assert.equal(headers["Host"], "$host$port_suffix");
      assert.equal(headers["Forwarded"], "");
    }
  });

  it("streams for an hour, and answers everything else within a minute", () => {
    const streaming = inside(http, "map", "$upgrade_header:$http_accept", "$streaming");
    assert.equal(mapped(streaming, "websocket:"), "yes");
    assert.equal(mapped(streaming, ":text/html, text/event-stream"), "yes");
    assert.equal(mapped(streaming, ":*/*"), "");
    assert.deepEqual(only(api, "error_page"), ["418", "=", "@stream"]);
    assert.deepEqual(only(api, "proxy_read_timeout"), ["60s"]);
    const stream = location(site, "@stream");
    assert.deepEqual(only(stream, "proxy_read_timeout"), ["1h"]);
    assert.deepEqual(only(stream, "proxy_buffering"), ["off"]);
  });

  it("lets a stream that a drain ends look ended, not cut off", () => {
    assert.deepEqual(only(location(site, "@stream"), "chunked_transfer_encoding"), ["off"]);
    assert.ok(!deep(api).some(({ words }) => words[0] === "chunked_transfer_encoding"), "others stay whole");
  });

  it("upgrades to websockets only", () => {
    const upgrade = inside(http, "map", "$http_upgrade", "$upgrade_header");
    assert.equal(mapped(upgrade, "WebSocket"), "websocket");
    assert.equal(mapped(upgrade, "h2c"), "");
    assert.equal(mapped(inside(http, "map", "$upgrade_header", "$connection_header"), ""), "");
  });

  it("keeps its actuator to itself, but for the health", () => {
    const [hidden] = all(api, "location");
    const pattern = (hidden?.words[2] ?? "").replace("(?s)", "").replaceAll("\\z", "$");
    const isHidden = (uri: string): boolean => new RegExp(pattern, "is").test(uri);
    assert.deepEqual(only(hidden?.body ?? [], "return"), ["404"]);
    for (const uri of [
      "/api/actuator",
      "/api/actuator/env",
      "/api/Actuator/env",
      "/api/actuator/health/db",
      "/api/actuator;x/env",
      "/api/..;/api/actuator/env",
      "/api/a\n;/actuator/env",
      "/api/actuator/health/..;/env",
    ]) {
      assert.ok(isHidden(uri), uri);
    }
    for (const uri of [
      "/api/actuator/health",
      "/api/actuator/health/readiness",
      "/api/actuators/1",
      "/api/x/actuator",
    ]) {
      assert.ok(!isHidden(uri), uri);
    }
  });
});

describe("render/nginx: the frontend", () => {
  const { http, site } = rendered();
  const assets = location(site, "^~", "/assets/");

  it("keeps hashed files of kept releases reachable, and never answers a missing one with the page", () => {
    assert.deepEqual(only(assets, "try_files"), [
      "/$release$uri",
      "$shared_assets/blue-1a2b3c4d$uri",
      "$shared_assets/green-00000001$uri",
      "$shared_assets/blue-00000002$uri",
      "@newest",
    ]);
    const newest = location(site, "@newest");
    assert.deepEqual(only(newest, "try_files"), ["$uri", "=404"]);
    for (const block of [assets, newest]) {
      assert.equal(settings(block, "add_header")["Cache-Control"], "public, max-age=31536000, immutable");
    }
  });

  it("has the hashed files of the newest generation too, but not for a guarded request", () => {
    assert.deepEqual(only(location(site, "@newest"), "root"), ["$newest_frontend"]);
    const folder = inside(http, "map", "$guard", "$newest_frontend");
    assert.equal(mapped(folder, "public"), "/config/newest/frontend");
    assert.equal(mapped(folder, "guarded"), "/none");
  });

  it("falls back to the page for addresses without an extension, and never lets it go stale", () => {
    const page = location(site, "/");
    assert.deepEqual(only(page, "try_files"), ["/$release$uri", "/$release/index.html", "=404"]);
    const file = location(site, "~", "\\.[A-Za-z0-9]+$");
    assert.deepEqual(only(file, "try_files"), ["/$release$uri", "=404"]);
    for (const block of [page, file]) {
      assert.equal(settings(block, "add_header")["Cache-Control"], "no-cache");
      assert.equal(settings(block, "add_header")["Last-Modified"], "");
      assert.deepEqual(only(block, "etag"), ["off"]);
    }
  });

  it("gives every answer the security headers, in spite of what locations add", () => {
    const expected = [
      "X-Content-Type-Options",
      "X-Frame-Options",
      "Content-Security-Policy",
      "Referrer-Policy",
    ];
    const adding = [{ words: ["server"], body: site }, ...deep(site)].filter(
      ({ body }) => all(body, "add_header").length > 0,
    );
    assert.ok(adding.length >= 4);
    for (const { words, body } of adding) {
      const headers = settings(body, "add_header");
      for (const name of expected)
        assert.match(headers[name] ?? "", / always$/, `${name} in ${words.join(" ")}`);
    }
  });
});
