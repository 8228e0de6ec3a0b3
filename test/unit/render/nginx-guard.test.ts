import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { location, rendered, route, settings, token } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

const key = createHash("sha256").update(`look:${token}`).digest("hex").slice(0, 48);

/** Where the links of the names lead. */
const links: Record<string, string> = {
  standby: "/srv/frontend/green-0000000a",
  green: "/srv/frontend/green-0000000a",
  blue: "/srv/frontend/blue-1a2b3c4d",
  "green-0000000a": "/srv/frontend/green-0000000a",
};

/** What nginx's maps decide for a request, one after the other. */
function outcome(http: readonly Parsed[], how: { headers?: string; cookies?: string; uri?: string }) {
  const byHeader = mapped(
    inside(http, "map", "$http_x_webnet_release:$http_x_webnet_token", "$asked_by_header"),
    how.headers ?? ":",
  );
  const byCookie = mapped(inside(http, "map", "$http_cookie", "$asked_by_cookie"), how.cookies ?? "");
  const asked = byHeader === "" ? byCookie : byHeader;
  const looked = mapped(
    inside(http, "map", "$asked_by_header/$asked", "$asked_path"),
    `${byHeader}/${asked}`,
  );
  const path = looked === "$realpath_root" ? (links[asked] ?? "") : looked;
  const release = mapped(
    inside(http, "map", "$asked_by_header:$asked_path", "$asked_release"),
    `${byHeader}:${path}`,
  );
  const guard = mapped(inside(http, "map", "$asked:$asked_release", "$guard"), `${asked}:${release}`);
  const turnedAway = mapped(inside(http, "map", "$guard:$uri", "$turned_away"), `${guard}:${how.uri ?? "/"}`);
  return { guard, release, turnedAway };
}

describe("render/nginx: the guarded route", () => {
  const { http, site } = rendered();

  for (const [headers, guard, release] of [
    [":", "public", ""],
    [`:${token}`, "named", ""],
    [":wrong", "public", ""],
    [`green-00000009:${token}`, "guarded", "green-00000009"],
    [`standby:${token}`, "guarded", "green-0000000a"],
    [`green:${token}`, "guarded", "green-0000000a"],
    [`blue:${token}`, "guarded", "blue-1a2b3c4d"],
    ["green-00000009:", "refused", ""],
    [`green-00000009:${token}x`, "refused", ""],
    [`green-00000009:${token.toUpperCase()}`, "refused", ""],
    [`green-0000000:${token}`, "refused", ""],
    [`gone:${token}`, "refused", ""],
    [`standby:${key}`, "refused", ""],
    [`example.org/green-00000009:${token}`, "refused", ""],
  ] as const) {
    it(`by the headers ${headers.replace(token, "<token>").replace(key, "<key>")} is ${guard}`, () => {
      const found = outcome(http, { headers });
      assert.deepEqual([found.guard, found.release], [guard, release]);
      assert.equal(found.turnedAway, guard === "refused" ? "refused" : "");
    });
  }

  for (const [value, guard, release] of [
    ["", "public", ""],
    [`standby.${key}`, "guarded", "green-0000000a"],
    [`green.${key}`, "guarded", "green-0000000a"],
    [`blue.${key}`, "guarded", "blue-1a2b3c4d"],
    [`green-0000000a.${key}`, "guarded", "green-0000000a"],
    [`green-00000009.${key}`, "gone", ""],
    [`x.${key}`, "gone", ""],
    [`standby.${token}`, "public", ""],
    [`standby.${key}0`, "public", ""],
    ["standby.", "public", ""],
    ["standby", "public", ""],
    ["forged", "public", ""],
  ] as const) {
    const shown = value.replace(token, "<token>").replace(key, "<key>");
    for (const [place, cookies] of Object.entries({
      alone: `webnet_look=${value}`,
      "among others": `a=1; webnet_look=${value}; xwebnet_look=standby.x`,
      "after a forged one": `webnet_look=standby.${"0".repeat(48)}; webnet_look=${value}`,
      "before a forged one": `webnet_look=${value};webnet_look=`,
    })) {
      it(`by the cookie ${shown || "(empty)"}, ${place}, is ${guard}`, () => {
        const found = outcome(http, { cookies });
        assert.deepEqual([found.guard, found.release], [guard, release]);
        assert.equal(found.turnedAway, guard === "gone" ? guard : "");
      });
    }
  }

  it("takes no other cookie for its own", () => {
    for (const name of ["xwebnet_look", "a; xwebnet_look", "a=webnet_look", "webnet_looks", "WEBNET_LOOK"])
      assert.equal(outcome(http, { cookies: `${name}=standby.${key}` }).guard, "public", name);
  });

  it("follows the headers where there is a cookie too", () => {
    const both = { headers: `blue:${token}`, cookies: `webnet_look=green.${key}` };
    assert.equal(outcome(http, both).release, "blue-1a2b3c4d");
    assert.equal(outcome(http, { ...both, headers: "blue:wrong" }).guard, "refused");
  });

  it("looks names up by a link each, at each request", () => {
    assert.deepEqual(only(site, "root"), ["/config/names/$asked"]);
    const path = inside(http, "map", "$asked_by_header/$asked", "$asked_path");
    for (const asked of ["/", "refused/refused", "named/named", "/gone", "blue-1a2b3c4d/blue-1a2b3c4d"])
      assert.equal(mapped(path, asked), "", asked);
    for (const asked of ["blue/blue", "/standby", "/blue-1a2b3c4d"])
      assert.equal(mapped(path, asked), "$realpath_root", asked);
  });

  it("turns nobody away from the page that leads out, but by the headers", () => {
    const over = `webnet_look=green-00000009.${key}`;
    for (const uri of ["/.webnet/look", "/.webnet/look/enter", "/.webnet/look/leave"]) {
      assert.equal(outcome(http, { cookies: over, uri }).turnedAway, "", uri);
      assert.equal(outcome(http, { headers: "blue:wrong", uri }).turnedAway, "refused");
    }
    for (const uri of ["/.webnet/look/", "/.webnet/looks", "/x/.webnet/look", "/.webnet/look/leave/x"])
      assert.equal(outcome(http, { cookies: over, uri }).turnedAway, "gone", uri);
  });

  it("moves the backend and the frontend together", () => {
    const release = inside(http, "map", "$lane", "$release");
    const backend = inside(http, "map", "$lane", "$backend");
    assert.equal(mapped(release, "active"), "blue-1a2b3c4d");
    assert.equal(mapped(release, "guarded"), "$asked_release");
    assert.equal(mapped(backend, "active"), "active");
    assert.equal(mapped(backend, "guarded"), "webnet-local-backend-$asked_release$asked_replica:8080");
    const passes = deep(site).filter(({ words }) => words[0] === "proxy_pass");
    const look = deep(location(site, "=", "/.webnet/look/enter"));
    for (const pass of passes.filter((pass) => !look.includes(pass)))
      assert.equal(pass.words[1], "http://$backend");
    assert.ok(passes.length > 1);
    const tried = deep(site).filter(({ words }) => words[0] === "try_files");
    // Two search further if the request's own release lacks the file, and six look for its page of an error.
    const further = tried.map(({ words }) => words[1] ?? "").filter((path) => path !== "/$release$uri");
    assert.equal(further.filter((path) => path === "$uri").length, 2);
    assert.equal(further.filter((path) => /^\/\$release\/(?:\d{3}|maintenance)\.html$/.test(path)).length, 6);
    assert.equal(further.length, 8);
  });

  it("refuses before any location", () => {
    const answer = (reason: string) => only(inside(site, "if", "($turned_away", "=", `${reason})`), "return");
    assert.deepEqual([answer("refused"), answer("gone")], [["403"], ["410"]]);
    const pages = all(site, "error_page").map(({ words }) => words.slice(1).join(" "));
    assert.deepEqual(pages.slice(0, 2), ["410 @look_over", "503 @closed"]);
  });

  it("names the release in the answer, and lets no cache keep it", () => {
    const named = inside(http, "map", "$guard", "$named_release");
    assert.deepEqual(
      ["public", "guarded", "named"].map((guard) => mapped(named, guard)),
      ["", "$asked_release", "blue-1a2b3c4d"],
    );
    const assets = inside(http, "map", "$guard:$is_hashed", "$asset_cache");
    for (const guard of ["guarded", "named", "refused", "gone"]) {
      for (const variable of ["backend_cache", "page_cache"])
        assert.equal(mapped(inside(http, "map", "$guard", `$${variable}`), guard), "");
      for (const hashed of ["yes", ""]) assert.equal(mapped(assets, `${guard}:${hashed}`), "");
    }
    const look = inside(http, "map", "$guard", "$look_cache");
    assert.deepEqual([mapped(look, "guarded"), mapped(look, "public")], ["no-store", ""]);
    assert.ok(all(site, "proxy_hide_header").some(({ words }) => words[1] === "Cache-Control"));
    const headers = all(site, "add_header").map(({ words }) => words.slice(1).join(" "));
    assert.ok(headers.includes("Cache-Control $look_cache always"));
    assert.ok(headers.includes("Cache-Control $backend_cache always"));
  });

  it("neither logs a secret nor hands one to a backend", () => {
    const [, format = ""] = only(http, "log_format").slice(1);
    assert.doesNotMatch(format, /token|cookie|request_body/i);
    for (const { words, body } of deep(site).filter(({ body }) => all(body, "proxy_pass").length > 0)) {
      if (words.includes("/.webnet/look/enter")) continue;
      const headers = settings(body, "proxy_set_header");
      assert.equal(headers["X-Webnet-Token"], "");
      assert.equal(headers["X-Webnet-Release"], "");
      assert.equal(headers["Cookie"], "$backend_cookies");
    }
  });

  for (const [cookies, rest] of [
    ["", ""],
    ["a=1; b=2", "a=1; b=2"],
    [`webnet_look=standby.${key}`, ""],
    [`webnet_look=standby.${key}; a=1`, "a=1"],
    [`a=1; webnet_look=standby.${key}`, "a=1"],
    [`a=1; webnet_look=standby.${key}; b=2`, "a=1; b=2"],
    [`webnet_client=0f; webnet_look=standby.${key}`, ""],
    [`a=1; webnet_look=x; webnet_client=0f; b=2`, "a=1; b=2"],
    ["a=webnet_look=1; xwebnet_look=2", "a=webnet_look=1; xwebnet_look=2"],
    [`webnet_look=forged; a=1; webnet_look=standby.${key}; b=2`, "a=1; b=2"],
    [`webnet_look=standby.${key}; webnet_look=forged`, ""],
    [`webnet_look=1; webnet_look=2; webnet_look=3; webnet_look=blue.${key}`, "webnet_look=2; webnet_look=3"],
  ] as const) {
    it(`hands a backend of "${cookies.replace(key, "<key>")}" only "${rest}"`, () => {
      const maps = ["$http_cookie", "$cookies_without_key", "$cookies_without_look", "$backend_cookies"];
      const through = (value: string, at: number) =>
        mapped(inside(http, "map", maps[at] ?? "", maps[at + 1] ?? ""), value).replace(/^\$\w+$/, value);
      assert.equal([0, 1, 2].reduce(through, cookies), rest);
    });
  }

  it("shows the token nowhere but in the maps that read it", () => {
    const holders = deep(http).filter(({ words }) => words.some((word) => word.includes(token)));
    const maps = http.filter(({ body }) => holders.some((holder) => body.includes(holder)));
    assert.equal(holders.length, 3);
    assert.deepEqual(
      maps.map(({ words }) => words.at(-1)),
      ["$asked_by_header", "$entering"],
    );
  });
});

describe("render/nginx: a browser's look", () => {
  const { http, site } = rendered();
  const entering = inside(http, "map", "$request_body", "$entering");

  for (const [body, release] of [
    [`token=${token}&release=standby`, "standby"],
    [`token=+${token}++&release=green-00000009`, "green-00000009"],
    [`token=${token}&release=`, ""],
    [`token=${token}&release=red`, ""],
    [`token=${token}x&release=standby`, ""],
    [`token=&release=standby`, ""],
    [`token=${token}&release=standby\n`, ""],
    ["", ""],
  ] as const) {
    it(`posted as ${JSON.stringify(body).replace(token, "<token>")} is ${release || "refused"}`, () => {
      assert.equal(mapped(entering, body), release);
    });
  }

  it("gives a cookie that no script reads, no other site's form sends, and that ends by itself", () => {
    const given = mapped(inside(http, "map", "$entering", "$look_given"), "standby");
    assert.equal(
      given,
      `webnet_look=$entering.${key}; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax$cookie_secure`,
    );
    assert.equal(mapped(inside(http, "map", "$entering", "$look_given"), ""), "");
    const secure = inside(http, "map", "$client_scheme", "$cookie_secure");
    assert.deepEqual([mapped(secure, "http"), mapped(secure, "https")], ["", "; Secure"]);
  });

  it("asks for the token by a form that is posted, and runs no script", () => {
    const page = location(site, "=", "/.webnet/look");
    const [status, html = ""] = only(page, "return");
    assert.equal(status, "200");
    assert.match(html, /<form method='post' action='\/\.webnet\/look\/enter'>/);
    assert.doesNotMatch(html, /<script/);
    const headers = settings(page, "add_header");
    assert.match(headers["Content-Security-Policy"] ?? "", /^default-src 'none';/);
    assert.equal(headers["Cache-Control"], "no-store always");
  });

  it("reads a short body, and passes nothing of it on", () => {
    const enter = location(site, "=", "/.webnet/look/enter");
    assert.deepEqual(only(enter, "client_max_body_size"), ["1k"]);
    assert.deepEqual(only(enter, "proxy_pass_request_body"), ["off"]);
    assert.deepEqual(only(enter, "proxy_pass_request_headers"), ["off"]);
    assert.equal(settings(enter, "proxy_set_header")["X-Webnet-Entering"], "$entering");
    assert.equal(settings(enter, "add_header")["Set-Cookie"], "$look_given always");
  });

  it("is left again by an address that takes the cookie back", () => {
    const leave = location(site, "=", "/.webnet/look/leave");
    assert.match(settings(leave, "add_header")["Set-Cookie"] ?? "", /^webnet_look=; Path=\/; Max-Age=0;/);
    assert.deepEqual(only(leave, "return"), ["303", "/"]);
    const [status, html = ""] = only(location(site, "@look_over"), "return");
    assert.equal(status, "403");
    assert.match(html, /href='\/\.webnet\/look\/leave'/);
  });

  it("has another key for another token", () => {
    const other = rendered({ guardToken: "x".repeat(48) }).http;
    assert.equal(outcome(other, { cookies: `webnet_look=standby.${key}` }).guard, "public");
    assert.equal(route.guardToken, token);
  });
});
