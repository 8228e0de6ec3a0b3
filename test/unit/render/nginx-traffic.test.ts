import assert from "node:assert/strict";
import { toldOf } from "../../../render/nginx.ts";
import { trafficShape, usualTraffic } from "../../../render/nginx/told-traffic.ts";
import { z } from "zod";
import { platformWith } from "../support/platform.ts";
import { location, rendered, route, routeFacts, server, settings } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

describe("render/nginx: how often a client may ask", () => {
  const rates = {
    api: { perSecond: 100, burst: 200 },
    logins: { paths: ["/api/login", "/api/auth/v1.0"], perMinute: 10, burst: 20 },
    exemptPaths: ["/api/hooks"],
    exemptClients: ["192.0.2.0/24"],
  };
  const { http, site } = rendered({ rates });
  const rate = (words: string) =>
    mapped(inside(http, "map", "$counted:$has_rate:$request_method:$uri", "$rate"), words);

  it("is counted for the backend, and by itself for what tries a password", () => {
    assert.equal(rate("all:yes:GET:/api/rows"), "api");
    assert.equal(rate("all:yes:GET:/api"), "api");
    assert.equal(rate("all:yes:GET:/apis"), "");
    assert.equal(rate("all:yes:GET:/assets/x.js"), "");
    // What a backend reads as the same address.
    for (const path of [
      "/api/login",
      "/api/login/",
      "/api/LOGIN",
      "/api;x/login;y=1",
      "/api/auth/v1.0/token",
    ])
      assert.equal(rate(`all:yes:POST:${path}`), "login", path);
    for (const path of ["/api/login2", "/api/auth/v1x0"]) assert.equal(rate(`all:yes:POST:${path}`), "api");
    for (const method of ["GET", "HEAD", "OPTIONS"])
      assert.equal(rate(`all:yes:${method}:/api/login`), "api");
    for (const method of ["PUT", "PATCH", "GETX"])
      assert.equal(rate(`all:yes:${method}:/api/login`), "login");
  });

  it("is not counted where nobody counts, nor for what is exempt, nor by a detour", () => {
    assert.equal(rate(":yes:POST:/api/login"), "");
    assert.equal(rate("all::POST:/api/login"), "");
    assert.equal(rate("all:yes:POST:/api/hooks/pay"), "");
    assert.equal(rate("all:yes:POST:/api/hooks/..;/login"), "api");
    assert.equal(rate("all:yes:POST:/api/hooksx"), "api");
    const free = inside(http, "geo", "$has_rate").map(({ words }) => words.join(" "));
    for (const line of ["default yes", "127.0.0.0/8 ", "192.0.2.0/24 "]) assert.ok(free.includes(line), line);
  });

  it("is bounded by 429, in zones whose names stay with their keys", () => {
    assert.deepEqual(
      all(http, "limit_req_zone").map(({ words }) => words.slice(1)),
      [
        ["$api_client", "zone=api_rate:2m", "rate=100r/s"],
        ["$login_client", "zone=login_rate:1m", "rate=10r/m"],
      ],
    );
    assert.deepEqual(
      all(site, "limit_req").map(({ words }) => words.slice(1)),
      [
        ["zone=api_rate", "burst=200", "nodelay"],
        ["zone=login_rate", "burst=20", "nodelay"],
      ],
    );
    assert.deepEqual(only(site, "limit_req_status"), ["429"]);
    assert.equal(all(rendered().site, "limit_req").length, 0);
  });

  it("is told by the settings, and left out where neither rate is bounded", () => {
    const told = (changes: Record<string, unknown>) =>
      toldOf(platformWith(changes).settings, "b-", routeFacts).rates;
    assert.deepEqual(told({}), {
      api: { perSecond: 100, burst: 200 },
      exemptPaths: [],
      exemptClients: [],
    });
    assert.equal(told({ "gateway.rateLimits.apiPerSecond": 0 }), undefined);
    assert.deepEqual(
      told({ "gateway.rateLimits": { apiPerSecond: 0, loginPaths: ["/api/login"], loginBurst: 5 } }),
      { logins: { paths: ["/api/login"], perMinute: 10, burst: 5 }, exemptPaths: [], exemptClients: [] },
    );
  });
});

describe("render/nginx: time and size", () => {
  const times = { proxy: 300, stream: 7200, header: 20, body: 30 };
  const { root, http, site } = rendered({
    times: { ...times, streamDrain: 3600 },
    headerKilobytes: { request: 32, answer: 64 },
    streamsUploads: true,
    streamPaths: ["/api/live"],
  });

  it("of requests, streams and their ends are the settings'", () => {
    const shutdown = (block: readonly Parsed[]) => only(block, "worker_shutdown_timeout");
    assert.deepEqual(shutdown(rendered().root), ["120s"]);
    assert.deepEqual(shutdown(root), ["3600s"]);
    assert.deepEqual(only(http, "client_header_timeout"), ["20s"]);
    assert.deepEqual(only(http, "client_body_timeout"), ["30s"]);
    assert.deepEqual(only(location(site, "=", "/api"), "proxy_read_timeout"), ["300s"]);
    assert.deepEqual(only(location(site, "@stream"), "proxy_read_timeout"), ["7200s"]);
    const fallback = location(server(http, "unix:/tmp/fallback.sock"), "/");
    assert.deepEqual(only(fallback, "proxy_read_timeout"), ["7200s"]);
  });

  it("of headers fit both ways, also by the fallback", () => {
    assert.deepEqual(only(http, "large_client_header_buffers"), ["2", "32k"]);
    const fallback = server(http, "unix:/tmp/fallback.sock");
    assert.deepEqual(only(fallback, "large_client_header_buffers"), ["4", "64k"]);
    for (const block of [site, fallback]) {
      assert.deepEqual(only(block, "proxy_buffer_size"), ["64k"]);
      assert.deepEqual(only(block, "proxy_busy_buffers_size"), ["64k"]);
    }
  });

  it("of uploads is the backend's where they are streamed, but not of the look's token", () => {
    assert.deepEqual(only(site, "proxy_request_buffering"), ["off"]);
    const enter = location(site, "=", "/.webnet/look/enter");
    assert.deepEqual(only(enter, "proxy_request_buffering"), ["on"]);
    assert.equal(all(rendered().site, "proxy_request_buffering").length, 0);
  });

  it("of addresses that are streams is a stream's, with all below them", () => {
    const streams = inside(http, "map", "$uri", "$is_stream_path");
    for (const path of ["/api/live", "/api/live/7"]) assert.equal(mapped(streams, path), "yes");
    for (const path of ["/api/lively", "/live"]) assert.equal(mapped(streams, path), "");
  });

  it("is as it always was for a stack that was told nothing of it", () => {
    assert.deepEqual(z.object(trafficShape).parse({}), usualTraffic);
    assert.deepEqual(usualTraffic.times, { proxy: 60, stream: 3600, header: 15, body: 15 });
  });
});

describe("render/nginx: pages for errors", () => {
  const { http, site } = rendered();

  it("are the frontend's or plain ones, for who asks for a page", () => {
    const asks = inside(http, "map", "$request_method:$http_accept", "$asks_page");
    assert.equal(mapped(asks, "GET:text/html,*/*"), "yes");
    for (const words of ["POST:text/html", "GET:*/*", "GET:application/json"])
      assert.equal(mapped(asks, words), "");
    for (const status of ["403", "404", "429", "502", "504"]) {
      const page = location(site, `@error_${status}`);
      assert.deepEqual(only(page, "try_files"), [`/$release/${status}.html`, `@plain_${status}`]);
      const plain = location(site, `@plain_${status}`);
      assert.equal(only(plain, "return")[0], status);
      for (const block of [page, plain])
        assert.equal(settings(block, "add_header")["Cache-Control"], "no-store always");
    }
  });

  it("are there in every location with error pages of its own", () => {
    const own = deep(site).filter(({ body }) => all(body, "error_page").length > 0);
    assert.ok(own.length >= 2);
    for (const { words, body } of own)
      assert.deepEqual(
        all(body, "error_page")
          .map((page) => page.words[1])
          .filter((status) => status !== "418"),
        ["403", "404", "429", "502", "504"],
        words.join(" "),
      );
  });

  it("are nginx's own where nobody wants them", () => {
    const without = rendered({ ...route, errorPages: false });
    const named = deep(without.site).filter(({ words }) => /^@(?:error|plain)_/.test(words[1] ?? ""));
    assert.deepEqual(named, []);
    assert.equal(all(without.site, "error_page").length, 2);
  });
});
