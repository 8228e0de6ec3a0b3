import assert from "node:assert/strict";
import { mayBeHashed } from "../../../render/nginx/hashed.ts";
import { location, rendered, server } from "./nginx-fixture.ts";
import { all, inside, mapped, only } from "./nginx-parser.ts";

const id = "0123456789abcdef".repeat(2);
const other = "fedcba9876543210".repeat(2);

describe("render/nginx: the canary", () => {
  const { http, site } = rendered({ canary: { release: "green-0000000a", percent: 15 } });

  it("isn't there unless it is asked for", () => {
    const without = rendered().http;
    assert.equal(all(without, "split_clients").length, 0);
    assert.equal(all(without, "upstream").length, 1);
    assert.equal(mapped(inside(without, "map", "$guard", "$given_client"), "public"), "");
    assert.equal(mapped(inside(without, "map", "$guard", "$lane"), "public"), "active");
  });

  it("takes its share, the smallest hashes, so that another percentage moves the difference only", () => {
    const split = inside(http, "split_clients", "$canary_key", "$in_canary");
    assert.deepEqual(
      split.map(({ words }) => words),
      [
        ["15%", "yes"],
        ["*", ""],
      ],
    );
  });

  it("serves backend and frontend of the standby, to nobody who asked for a release", () => {
    const lane = inside(http, "map", "$guard:$in_canary", "$lane");
    assert.deepEqual(
      ["public:yes", "public:", "named:yes", "guarded:yes", "guarded:"].map((key) => mapped(lane, key)),
      ["canary", "active", "active", "guarded", "guarded"],
    );
    assert.equal(mapped(inside(http, "map", "$lane", "$release"), "canary"), "green-0000000a");
    assert.equal(mapped(inside(http, "map", "$lane", "$backend"), "canary"), "canary");
    const [first] = all(inside(http, "upstream", "canary"), "server");
    assert.deepEqual(first?.words.slice(1), [
      "webnet-local-backend-green-0000000a:8080",
      "resolve",
      "max_fails=2",
      "fail_timeout=10s",
    ]);
  });

  it("keeps a client by its cookie, tells a new browser by the id that it gets, and others by who they are", () => {
    const key = inside(http, "map", "$known_client:$asks_first_page", "$canary_key");
    assert.equal(mapped(key, `${id}:`), id);
    assert.equal(mapped(key, `${other}:yes`), other);
    assert.equal(mapped(key, ":yes"), "$request_id");
    assert.equal(mapped(key, ":"), "$remote_addr $http_user_agent");
    const known = inside(http, "map", "$http_cookie", "$known_client");
    for (const [cookies, client] of [
      [`webnet_client=${id}`, id],
      [`a=1; webnet_client=${id}; b=2`, id],
      [`webnet_client=forged; webnet_client=${id}`, id],
      [`webnet_client=${id}0`, ""],
      [`xwebnet_client=${id}`, ""],
      ["webnet_client=x", ""],
    ] as const)
      assert.equal(mapped(known, cookies), client, cookies);
  });

  for (const [request, isFirst] of [
    ["GET  text/html,application/xhtml+xml", "yes"],
    ["GET none text/html", "yes"],
    ["GET cross-site text/html", "yes"],
    ["GET same-origin text/html", ""],
    ["GET same-origin */*", ""],
    ["GET  */*", ""],
    ["POST  text/html", ""],
  ] as const) {
    it(`takes ${request} ${isFirst ? "for" : "not for"} a browser's first page`, () => {
      const first = inside(
        http,
        "map",
        "$request_method $http_sec_fetch_site $http_accept",
        "$asks_first_page",
      );
      assert.equal(mapped(first, request), isFirst);
    });
  }

  it("gives its cookie to a browser that has none, and not to one that looks", () => {
    const given = inside(http, "map", "$guard:$known_client:$asks_first_page", "$given_client");
    assert.match(
      mapped(given, "public::yes"),
      /^webnet_client=\$request_id; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax/,
    );
    for (const key of [`public:${id}:yes`, "public::", "guarded::yes"]) assert.equal(mapped(given, key), "");
    const page = inside(http, "map", "$guard", "$page_cache");
    assert.equal(mapped(page, "public"), "private, no-cache");
  });

  it("finds hashed files of both releases, whichever page asks", () => {
    const files = only(location(location(site, "^~", "/assets/"), "~", mayBeHashed), "try_files");
    assert.deepEqual(files.slice(1, 3), [
      "$shared_assets/blue-1a2b3c4d$uri",
      "$shared_assets/green-0000000a$uri",
    ]);
  });

  it("leaves to the active release what it can't take, and the log says so", () => {
    const [, backup] = all(inside(http, "upstream", "canary"), "server");
    assert.deepEqual(backup?.words.slice(1), ["unix:/tmp/canary-fallback.sock", "backup", "max_fails=0"]);
    const fallback = location(server(http, "unix:/tmp/canary-fallback.sock"), "/");
    assert.deepEqual(only(fallback, "set"), ["$fallback_backend", "active"]);
    const served = inside(http, "map", "$upstream_addr", "$served_release");
    assert.equal(mapped(served, "172.18.0.5:8080"), "$release");
    assert.equal(mapped(served, "172.18.0.5:8080, unix:/tmp/canary-fallback.sock"), "blue-1a2b3c4d");
  });
});
