import assert from "node:assert/strict";
import { toldOf } from "../../../render/nginx.ts";
import { userFiles } from "../../../gateway/users.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed } from "../settings/support.ts";
import { location, rendered, routeFacts, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, only } from "./nginx-parser.ts";

const access = [
  { paths: ["/"], clients: ["192.0.2.0/24"], users: ["alice", "bob"] },
  { paths: ["/api"], clients: [], isOpen: true as const },
  { paths: ["/api/admin"], clients: ["198.51.100.1"] },
];

describe("render/nginx: who is let in", () => {
  const { http, site } = rendered({ access });
  const ruleOf = (uri: string) => mapped(inside(http, "map", "$uri", "$rule_of_path"), uri);
  const asked = (words: string) =>
    mapped(inside(http, "map", "$guard:$rule_of_path:$remote_addr", "$asked_rule"), words);
  const needed = (words: string) =>
    mapped(inside(http, "map", "$asked_rule:$client_of_0:$client_of_2", "$access"), words);

  it("is said by the rule with the longest path, as a backend may read it", () => {
    for (const uri of ["/", "/shop", "/apis", "/.well-known/x"]) assert.equal(ruleOf(uri), "0", uri);
    for (const uri of ["/api", "/api/rows", "/API/rows", "/api;x/rows"]) assert.equal(ruleOf(uri), "1", uri);
    for (const uri of [
      "/api/admin",
      "/api/ADMIN/x",
      "/api;y/admin;z/x",
      "/api/;/admin",
      "/;x/api/;y/;/admin/z",
    ])
      assert.equal(ruleOf(uri), "2", uri);
    for (const uri of ["/healthz", "/.webnet/look/enter"]) assert.equal(ruleOf(uri), "", uri);
  });

  it("is everybody who has the token, and the gateway's own container", () => {
    assert.equal(asked("public:2:198.51.100.7"), "2");
    assert.equal(asked("public:0:2001:db8::1"), "0");
    for (const words of [
      "guarded:0:198.51.100.7",
      "named:0:198.51.100.7",
      "public:0:unix:",
      "public::1.2.3.4",
    ])
      assert.equal(asked(words), "", words);
  });

  it("is a client of the rule, a user by a password, or nobody", () => {
    assert.equal(needed("0::"), "password");
    assert.equal(needed("0:yes:"), "");
    assert.equal(needed("0::yes"), "password");
    assert.equal(needed("1::"), "");
    assert.equal(needed("2::"), "denied");
    assert.equal(needed("2:yes:"), "denied");
    assert.equal(needed("2::yes"), "");
    assert.equal(needed("::"), "");
    assert.deepEqual(only(inside(site, "if", "($access", "=", "denied)"), "return"), ["403"]);
    assert.deepEqual(only(site, "auth_basic_user_file"), ["/config/current/users-$asked_rule"]);
  });

  it("has a password that no backend gets", () => {
    const passed = inside(http, "map", "$access:$remote_user", "$backend_authorization");
    assert.equal(mapped(passed, "password:alice"), "");
    // A browser sends it to an open address too.
    assert.equal(mapped(passed, ":alice"), "");
    for (const words of [":", ":carol", ":alice2"])
      assert.equal(mapped(passed, words), "$http_authorization", words);
    for (const block of [location(site, "=", "/api"), location(site, "@stream")])
      assert.equal(settings(block, "proxy_set_header")["Authorization"], "$backend_authorization");
  });

  it("is everybody where there is no rule, and by no way up behind a semicolon", () => {
    const open = rendered();
    assert.equal(all(open.site, "auth_basic").length, 0);
    assert.deepEqual(only(inside(open.site, "if", "($uri", "~", "/\\.\\.?;", ")"), "return"), ["400"]);
  });

  it("is said of the address that a backend reads: what it may read otherwise is no address", () => {
    const written = all(rendered().site, "if").find(({ words }) => words[1] === "($request_uri");
    const ambiguous = new RegExp(written?.words[3] ?? "", "i");
    for (const uri of [
      "/api/../admin",
      "/api/..%2fadmin",
      "/a/%2E%2e/b",
      "/a/.%2e",
      "/./a",
      "/a/.\\b",
      "/a\\b",
      "/a%5c..%5cb",
      "/a/#/../b",
      "/a/..?x",
    ])
      assert.match(uri, ambiguous);
    for (const uri of [
      "/.well-known/x",
      "/a..b",
      "/a/...",
      "/a/.b",
      "/x?y=/../z",
      "/x?y=#\\",
      "/a%2fb",
      "/a%5cb",
    ])
      assert.doesNotMatch(uri, ambiguous);
  });

  it("is told without passwords, which are salted hashes in a file for each rule", () => {
    const changes = {
      "gateway.access": { site: { paths: ["/"], users: ["alice"] } },
      gatewayPasswords: { alice: "correct-horse" },
    };
    const told = toldOf(
      parseSettings(changed(changes), "prod", new Set(["gatewayPasswords"])),
      "b-",
      routeFacts,
    ).access;
    assert.deepEqual(told, [{ paths: ["/"], clients: [], users: ["alice"] }]);
    const files = userFiles({ access: told }, { alice: "correct-horse" }, "key");
    assert.match(files["users-0"] ?? "", /^alice:\{SSHA\}[A-Za-z0-9+/=]{40}\n$/);
    assert.deepEqual(userFiles({ access: told }, { alice: "correct-horse" }, "key"), files);
    assert.notDeepEqual(userFiles({ access: told }, { alice: "correct-horse" }, "other"), files);
    assert.throws(() => userFiles({ access: told }, {}, "key"), /no password of alice/);
  });
});
