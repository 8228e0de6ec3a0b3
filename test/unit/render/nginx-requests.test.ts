import assert from "node:assert/strict";
import { mayBeHashed, ofOneBuild } from "../../../render/nginx/hashed.ts";
import { location, rendered, server, settings } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

describe("render/nginx: the backend", () => {
  const { http, site } = rendered();
  const api = location(site, "^~", "/api/");

  it("is found at run time, with a fallback that waits for its name", () => {
    const upstream = inside(http, "upstream", "active");
    const servers = all(upstream, "server").map(({ words }) => words.slice(1));
    assert.deepEqual(servers, [
      ["webnet-local-backend-blue-1a2b3c4d:8080", "resolve", "max_fails=0"],
      ["unix:/tmp/fallback.sock", "backup", "max_fails=0"],
    ]);
    assert.equal(all(upstream, "zone").length, 1);
    const fallback = location(server(http, "unix:/tmp/fallback.sock"), "/");
    assert.deepEqual(only(fallback, "set"), ["$fallback_backend", "webnet-local-backend-blue-1a2b3c4d:8080"]);
    assert.deepEqual(only(fallback, "proxy_pass"), ["http://$fallback_backend"]);
    assert.deepEqual(only(http, "resolver").slice(0, 1), ["127.0.0.11"]);
  });

  it("takes and gives by a fallback what it takes and gives without one", () => {
    const canary = { release: "green-00000003", percent: 5 };
    const { http: both, site: itself } = rendered({ canary });
    for (const socket of ["unix:/tmp/fallback.sock", "unix:/tmp/canary-fallback.sock"]) {
      const fallback = server(both, socket);
      for (const name of [
        "client_max_body_size",
        "proxy_buffer_size",
        "proxy_buffers",
        "proxy_busy_buffers_size",
      ])
        assert.deepEqual(only(fallback, name), only(itself, name), name);
      assert.deepEqual(only(both, "large_client_header_buffers"), ["2", "16k"]);
      assert.deepEqual(only(fallback, "large_client_header_buffers"), ["4", "32k"]);
      assert.deepEqual(only(fallback, "send_timeout"), ["3600s"]);
      assert.deepEqual(only(location(fallback, "/"), "proxy_pass_header"), ["X-Accel-Buffering"]);
    }
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
      assert.equal(headers["X-Forwarded-For"], "$client_address");
      assert.equal(headers["X-Forwarded-Proto"], "$client_scheme");
      assert.equal(headers["Host"], "$host$port_suffix");
      assert.equal(headers["Forwarded"], "");
    }
  });

  it("streams for an hour, and answers everything else within a minute", () => {
    const streaming = inside(http, "map", "$is_stream_path:$upgrade_header:$http_accept", "$streaming");
    assert.equal(mapped(streaming, ":websocket:"), "yes");
    assert.equal(mapped(streaming, "::text/html, text/event-stream"), "yes");
    assert.equal(mapped(streaming, "yes::*/*"), "yes");
    assert.equal(mapped(streaming, "::*/*"), "");
    assert.deepEqual(all(api, "error_page")[0]?.words.slice(1), ["418", "=", "@stream"]);
    assert.deepEqual(only(api, "proxy_read_timeout"), ["60s"]);
    const stream = location(site, "@stream");
    assert.deepEqual(only(stream, "proxy_read_timeout"), ["3600s"]);
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
  const valuesOf = (block: readonly Parsed[], name: string) =>
    all(block, "add_header")
      .filter(({ words }) => words[1] === name)
      .map(({ words }) => words.slice(2).join(" "));
  const assets = location(site, "^~", "/assets/");
  const hashed = location(assets, "~", mayBeHashed);
  const elsewhere = [location(site, "~", mayBeHashed), location(site, "~", ofOneBuild)];

  it("keeps hashed files of kept releases reachable, and never answers a missing one with the page", () => {
    assert.deepEqual(only(hashed, "try_files"), [
      "/$release$uri",
      "$shared_assets/blue-1a2b3c4d$uri",
      "$shared_assets/green-00000001$uri",
      "$shared_assets/blue-00000002$uri",
      "@newest",
    ]);
    const newest = location(site, "@newest");
    assert.deepEqual(only(newest, "try_files"), ["$uri", "@newest_canary"]);
    const newestCanary = location(site, "@newest_canary");
    assert.deepEqual(only(newestCanary, "try_files"), ["$uri", "=404"]);
    for (const block of elsewhere) assert.deepEqual(only(block, "try_files"), only(hashed, "try_files"));
    for (const block of [hashed, newest, newestCanary, ...elsewhere]) {
      assert.deepEqual(valuesOf(block, "Cache-Control"), ["$look_cache always", "$asset_cache"]);
      assert.deepEqual(valuesOf(block, "Set-Cookie"), []);
    }
  });

  it("is kept for a year where its name surely has a hash, and else asked for anew", () => {
    const cache = inside(http, "map", "$guard:$is_hashed", "$asset_cache");
    assert.equal(mapped(cache, "public:yes"), "public, max-age=31536000, immutable");
    assert.equal(mapped(cache, "public:"), "no-cache");
    for (const key of ["guarded:yes", "guarded:", "named:yes"]) assert.equal(mapped(cache, key), "");
    const isHashed = inside(http, "map", "$uri", "$is_hashed");
    assert.equal(mapped(isHashed, "/assets/index-C4J-x9_a.js"), "yes");
    assert.equal(mapped(isHashed, "/assets/i18n/en.json"), "");
  });

  it("has the hashed files of the newest generation too, but not for a guarded request", () => {
    assert.deepEqual(only(location(site, "@newest"), "root"), ["$newest_frontend"]);
    assert.deepEqual(only(location(site, "@newest_canary"), "root"), ["$newest_canary"]);
    const folder = inside(http, "map", "$guard", "$newest_frontend");
    assert.equal(mapped(folder, "public"), "/config/newest/frontend");
    assert.equal(mapped(folder, "guarded"), "/none");
  });

  it("leads from a folder with a page to its address with a slash, and to no other host", () => {
    for (const block of [location(site, "/"), location(site, "~", "\\.[A-Za-z0-9]+$")]) {
      const led = inside(block, "if", "(-f", "/srv/frontend/$release$folder/index.html)");
      assert.deepEqual(only(led, "return"), ["308", "$folder_address"]);
      assert.deepEqual(valuesOf(block, "Cache-Control"), ["$look_cache always", "$page_cache"]);
    }
    const folder = inside(http, "map", "$uri", "$folder");
    assert.equal(mapped(folder, "/docs"), "$uri");
    for (const slashed of ["/", "/docs/"]) assert.equal(mapped(folder, slashed), ".none");
    const [address] = inside(http, "map", "$request_uri", "$folder_address").filter(({ words }) =>
      words[0]?.startsWith("~"),
    );
    assert.deepEqual(address?.words.slice(1), ["/$folder_path/$folder_query"]);
    const sent = new RegExp((address.words[0] ?? "").slice(1));
    const groups = (uri: string) => ({ ...sent.exec(uri)?.groups });
    assert.deepEqual(groups("//x.test/a%20b?q=/"), { folder_path: "x.test/a%20b", folder_query: "?q=/" });
    assert.deepEqual(groups("/\\x.test"), {});
  });

  it("falls back to the page for addresses without an extension, and never lets it go stale", () => {
    const page = location(site, "/");
    // A site of several pages has an index.html in each folder.
    const pages = ["/$release$uri", "/$release$uri/index.html", "/$release$uri.html"];
    assert.deepEqual(only(page, "try_files"), [...pages, "/$release/index.html", "=404"]);
    const site404 = rendered({ unknownAddresses: "notFound" });
    assert.deepEqual(only(location(site404.site, "/"), "try_files"), [...pages, "=404"]);
    const file = location(site, "~", "\\.[A-Za-z0-9]+$");
    assert.deepEqual(only(file, "try_files"), [
      "/$release$uri",
      "/$release$uri.html",
      "/$release/$page_instead",
      "=404",
    ]);
    // A page's path may end like a file's. A browser then asks for HTML.
    const instead = (http: Parsed[], words: string) =>
      mapped(inside(http, "map", "$http_sec_fetch_mode:$http_accept", "$page_instead"), words);
    for (const words of [":text/html,application/xhtml+xml,*/*;q=0.8", "navigate:*/*", "cors:text/html"]) {
      assert.equal(instead(http, words), "index.html");
      assert.equal(instead(site404.http, words), ".none");
    }
    for (const words of [":", ":*/*", "no-cors:image/avif,image/webp,*/*", "cors:application/json"])
      assert.equal(instead(http, words), ".none");
    // Under /assets/ too, a file without a hash in its name comes from the request's own release.
    assert.deepEqual(only(assets, "try_files"), ["/$release$uri", "=404"]);
    for (const block of [page, file, assets]) {
      assert.deepEqual(valuesOf(block, "Cache-Control"), ["$look_cache always", "$page_cache"]);
      assert.equal(settings(block, "add_header")["Last-Modified"], "");
      assert.deepEqual(only(block, "if_modified_since"), ["off"]);
      assert.equal(all(block, "etag").length, 0);
    }
    assert.equal(mapped(inside(http, "map", "$guard", "$page_cache"), "public"), "no-cache");
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
