import assert from "node:assert/strict";
import { toldOf } from "../../../render/nginx.ts";
import type { ToldRoute } from "../../../render/nginx/told-routes.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed } from "../settings/support.ts";
import { location, rendered, routeFacts, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

const reports: ToldRoute = {
  name: "reports",
  paths: ["/reports"],
  to: { scheme: "https", host: "reports.internal", port: 9443, path: "/v2", authority: "PEM" },
  strips: true,
  timeoutSeconds: 30,
  maxBodyMegabytes: 20,
  cacheControl: "public, max-age=60",
};
const login: ToldRoute = { name: "login", paths: ["/login/oauth2"], to: undefined };
const api: ToldRoute = { name: "api", hosts: ["api.example.com"], paths: ["/"] };
const graphs: ToldRoute = {
  name: "monitoring",
  hosts: ["graphs.example.com"],
  paths: ["/"],
  to: { scheme: "http", host: "webnet-prod-prometheus", port: 9090, path: "" },
  isOpen: true,
};
const tls = { httpsPort: 443, hstsSeconds: 1, hstsSubdomains: false };
const rates = {
  api: { perSecond: 100, burst: 200 },
  logins: { paths: ["/login/oauth2"], perMinute: 10, burst: 20 },
  exemptPaths: ["/login/oauth2/hook"],
  exemptClients: [],
};

const named = (http: readonly Parsed[], name: string): Parsed[][] =>
  all(http, "server")
    .filter(({ body }) => all(body, "server_name").some(({ words }) => words.includes(name)))
    .map(({ body }) => body);

describe("render/nginx: further routes", () => {
  const { http, site } = rendered({ routes: [reports, login, api, graphs], rates });

  it("pass exactly their path and all below it on, with their own bounds", () => {
    for (const head of [
      ["=", "/reports"],
      ["^~", "/reports/"],
    ]) {
      const block = location(site, ...head);
      assert.deepEqual(only(block, "proxy_pass"), ["https://route_reports/v2$rest_0_0"]);
      assert.deepEqual(only(block, "proxy_read_timeout"), ["30s"]);
      assert.deepEqual(only(block, "client_max_body_size"), ["20m"]);
      const sent = settings(block, "proxy_set_header");
      assert.deepEqual(
        [sent["Host"], sent["X-Forwarded-Prefix"], sent["Cookie"], sent["X-Webnet-Token"]],
        ["reports.internal:9443", "/reports", "$backend_cookies", ""],
      );
      assert.deepEqual(only(block, "proxy_ssl_verify"), ["on"]);
      assert.deepEqual(only(block, "proxy_ssl_trusted_certificate"), [
        "/config/generations/g7/authority-0.pem",
      ]);
    }
    const rest = (uri: string) => mapped(inside(http, "map", "$request_uri", "$rest_0_0"), uri);
    assert.equal(rest("/reports/a%20b?x=1"), "/a%20b?x=1");
    assert.equal(rest("/reports?x=1"), "/?x=1");
    assert.equal(rest("/reports"), "/");
    for (const uri of ["/reportsx", "/%72eports/a", "//reports/a"]) assert.equal(rest(uri), "", uri);
  });

  it("send nothing twice: only what found no address is sent to one that is looked up for it", () => {
    const first = location(site, "@first_0_0");
    assert.deepEqual(only(inside(first, "if", "($upstream_addr", "!=", "route_reports", ")"), "return"), [
      "502",
    ]);
    assert.deepEqual(only(first, "proxy_pass"), ["https://$first_0/v2$rest_0_0"]);
    const upstream = inside(http, "upstream", "route_reports");
    assert.deepEqual(only(upstream, "server"), [
      "reports.internal:9443",
      "resolve",
      "max_fails=1",
      "fail_timeout=3s",
    ]);
  });

  it("ask for what is looked up before any page of an error: nginx takes the first that is for a status", () => {
    for (const head of [["=", "/reports"], ["^~", "/reports/"], ["@stream_0_0"]]) {
      const [first] = all(location(site, ...head), "error_page").filter(({ words }) => words.includes("502"));
      assert.deepEqual(first?.words, ["error_page", "502", "=", "@first_0_0"]);
    }
  });

  it("bring back addresses and cookies that the client knows, and take no orders to the gateway", () => {
    const block = location(site, "^~", "/reports/");
    const led = (address: string): string => {
      for (const { words } of all(block, "proxy_redirect")) {
        const found = new RegExp((words[1] ?? "").slice(2), "i").exec(address);
        if (found) return (words[2] ?? "").replace("$1", found[1] ?? "");
      }
      return address;
    };
    const cases: [string, string][] = [
      ["/v2/next?x", "/reports/next?x"],
      ["/v2", "/reports/"],
      ["/v2?x=1", "/reports/?x=1"],
      ["https://reports.internal:9443/v2", "/reports/"],
      ["//reports.internal:9443/v2/x", "/reports/x"],
      ["https://reports.internal/v2//evil.example", "/reports/evil.example"],
      ["/reports/next", "/reports/next"],
      ["/reports", "/reports"],
      ["/v20/x", "/v20/x"],
      ["https://other.example/v2/x", "https://other.example/v2/x"],
      ["//other.example/x", "//other.example/x"],
      ["https://reports.internal/v2/\\evil.example", "/reports/evil.example"],
    ];
    for (const [from, to] of cases) assert.equal(led(from), to, from);
    const cookie = (path: string): string => {
      for (const { words } of all(block, "proxy_cookie_path")) {
        const found = new RegExp((words[1] ?? "").slice(1)).exec(path);
        if (found) return (words[2] ?? "").replace("$1", found[1] ?? "");
      }
      return path;
    };
    assert.deepEqual(["/v2", "/v2/", "/v2/app", "/v20"].map(cookie), [
      "/reports",
      "/reports",
      "/reports/app",
      "/v20",
    ]);
    assert.ok(only(block, "proxy_ignore_headers").includes("X-Accel-Redirect"));
  });

  it("are closed and counted where they lead to what is closed and counted by the site's own address", () => {
    const inner: ToldRoute = { name: "inner", paths: ["/inner"], strips: true };
    const version: ToldRoute = { name: "version", hosts: ["v.example.com"], paths: ["/v1"], strips: true };
    const access = [{ paths: ["/api/admin"], clients: ["192.0.2.1"] }];
    const logins = { paths: ["/api/login"], perMinute: 10, burst: 2 };
    const more = { exemptPaths: [], exemptClients: [], api: rates.api, logins };
    const { http } = rendered({ routes: [inner, version], access, rates: more });
    const rule = (words: string) => mapped(inside(http, "map", "$host $uri", "$rule_of_path"), words);
    for (const words of [
      "www.example.com /api/admin/x",
      "www.example.com /inner/api/admin/x",
      "v.example.com /v1/api;y/ADMIN/x",
    ])
      assert.equal(rule(words), "0", words);
    assert.equal(rule("www.example.com /v1/api/admin/x"), "");
    const rate = (words: string) =>
      mapped(inside(http, "map", "$counted:$has_rate:$request_method:$uri", "$rate"), words);
    for (const path of ["/api/login", "/inner/api/login", "/v1/api/login"])
      assert.equal(rate(`all:yes:POST:${path}`), "login", path);
    const stripped = rendered({
      routes: [api],
      access,
      backend: { port: 8080, basePath: "/api", strips: true },
    });
    const strippedRule = (words: string) =>
      mapped(inside(stripped.http, "map", "$host $uri", "$rule_of_path"), words);
    assert.equal(strippedRule("api.example.com /admin/x"), "0");
    assert.equal(strippedRule("www.example.com /admin/x"), "");
  });

  it("to the backend move with the release, hide its actuator, and count as requests to it", () => {
    const block = location(site, "^~", "/login/oauth2/");
    assert.deepEqual(only(block, "proxy_pass"), ["http://$backend"]);
    assert.deepEqual(
      all(block, "limit_req").map(({ words }) => words[1]),
      ["zone=route_rate", "zone=login_rate"],
    );
    assert.equal(all(location(site, "@stream_1_0"), "limit_req").length, 2);
    const hidden = all(block, "location").map(
      ({ words }) => new RegExp(words.at(-1)?.replace("(?s)", "").replace("\\z", "$") ?? "", "is"),
    );
    for (const path of ["/login/oauth2/actuator/env", "/login/oauth2/x;y/actuator;z"])
      assert.ok(
        hidden.some((pattern) => pattern.test(path)),
        path,
      );
    assert.ok(!hidden.some((pattern) => pattern.test("/login/oauth2/actuators")));
    const counted = inside(http, "map", "$counted:$has_rate:$uri", "$route_client");
    assert.equal(mapped(counted, "all:yes:/login/oauth2/x"), "$client_network");
    assert.equal(mapped(counted, "all:yes:/login/oauth2/hook"), "");
    assert.equal(mapped(counted, ":yes:/login/oauth2/x"), "");
  });

  it("of a host are a server of its own with all that the site's has, and nothing of the frontend", () => {
    const { http } = rendered({ routes: [api, graphs], serverName: "www.example.com" });
    const [own] = named(http, "api.example.com");
    assert.ok(own);
    assert.deepEqual(only(location(own, "/"), "proxy_pass"), ["http://$backend"]);
    for (const directive of ["limit_conn", "error_page", "add_header"])
      assert.ok(all(own, directive).length > 0, directive);
    assert.ok(inside(own, "if", "($turned_away", "=", "refused)"));
    assert.ok(inside(own, "if", "($closed)"));
    assert.deepEqual(only(location(own, "^~", "/.webnet/"), "return"), ["404"]);
    assert.equal(all(own, "location").filter(({ words }) => words.includes("/assets/")).length, 0);
    const [monitoring] = named(http, "graphs.example.com");
    assert.ok(monitoring);
    assert.throws(() => inside(monitoring, "if", "($closed)"));
    assert.equal(settings(monitoring, "add_header")["Content-Security-Policy"], "$usual_policy always");
  });

  it("of a host are led from http to https by that host", () => {
    const { http } = rendered({ routes: [api], serverName: "www.example.com", tls });
    const [byHttp] = named(http, "api.example.com").filter((body) =>
      all(body, "listen").every(({ words }) => words[1] === "80"),
    );
    assert.ok(byHttp);
    assert.deepEqual(only(location(byHttp, "/"), "return"), ["308", "https://$host$request_uri"]);
  });

  it("say in the log that no release has answered", () => {
    const served = inside(http, "map", "$proxy_host:$upstream_addr", "$served_release");
    assert.equal(mapped(served, "route_reports:192.0.2.1:9443"), "");
    assert.equal(mapped(served, "reports.internal:9443:192.0.2.1:9443"), "");
    assert.equal(mapped(served, "active:192.0.2.1:8080"), "$release");
    const service = inside(http, "map", "$proxy_host:", "$service");
    assert.equal(mapped(service, "route_reports:"), "reports");
    assert.equal(mapped(service, "route_reports1:"), "webnet-local-backend-$served_release");
  });

  it("may be closed by a host: its rules come first, whatever the path", () => {
    const access = [
      { paths: ["/api"], clients: [], isOpen: true as const },
      { paths: ["/"], hosts: ["graphs.example.com"], clients: ["192.0.2.1"] },
    ];
    const { http } = rendered({ routes: [graphs], access });
    const rule = (words: string) => mapped(inside(http, "map", "$host $uri", "$rule_of_path"), words);
    assert.equal(rule("graphs.example.com /api/v1/query"), "1");
    assert.equal(rule("graphs.example.com /"), "1");
    assert.equal(rule("graphsxexample.com /"), "");
    assert.equal(rule("[::1] /api/x"), "0");
    assert.equal(rule("www.example.com /api/x"), "0");
    assert.equal(rule("graphs.example.com /healthz"), "");
  });

  it("are told by the settings", () => {
    const config = changed({
      "gateway.routes": {
        reports: { paths: ["/reports"], to: "https://reports.internal/v2", stripPath: true, buffered: false },
        api: { hosts: ["api.example.com"], to: "backend" },
      },
      "monitoring.host": "graphs.example.com",
      "gateway.access": { graphs: { paths: ["/"], clients: ["192.0.2.1"] } },
    });
    assert.deepEqual(toldOf(parseSettings(config, "prod"), "b-", routeFacts).routes, [
      {
        name: "reports",
        paths: ["/reports"],
        to: { scheme: "https", host: "reports.internal", port: 443, path: "/v2" },
        strips: true,
        streams: true,
      },
      { name: "api", hosts: ["api.example.com"], paths: ["/"] },
      graphs,
    ]);
    assert.equal(toldOf(parseSettings(changed({}), "prod"), "b-", routeFacts).routes, undefined);
  });
});
