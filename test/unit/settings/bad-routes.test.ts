import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/index.ts";
import { certifiedHosts } from "../../../certificate/hosts.ts";
import { changed, refusal, refuses, type Config } from "./support.ts";

const routes = (route: object, further: Config = {}) => ({ "gateway.routes": { one: route }, ...further });
const said = (route: object, further: Config = {}) => refusal(changed(routes(route, further)));
const open = { paths: ["/"], clients: ["192.0.2.1"] };

describe("settings: further routes", () => {
  refuses(
    "a route that leads nowhere",
    routes({ paths: ["/reports"] }),
    `
webnet:gateway.routes.one.to
  problem: it is missing
  allowed: backend, or an address such as https://service.example.com or http://reports:9000/v2, without a slash at its end: a host name or an IPv4 address, and a path of letters, digits, ".", "_", "~" and "-"
  fix:     pulumi config set --path 'webnet:gateway.routes.one.to' <backend/address> --stack prod`,
  );

  refuses(
    "a route for all addresses of the site",
    routes({ to: "backend" }),
    `
webnet:gateway.routes.one.paths
  problem: all addresses are the frontend's, unless the route has a host of its own
  got:     "/"
  allowed: a path that is nobody's yet, such as /reports
  fix:     pulumi config set --path 'webnet:gateway.routes.one.paths[0]' <path> --stack prod
  or:      pulumi config set --path 'webnet:gateway.routes.one.hosts[0]' <host-name> --stack prod`,
  );

  refuses(
    "a host for monitoring that nobody closes",
    { "monitoring.host": "graphs.example.com" },
    `
webnet:monitoring.host
  problem: Prometheus has no passwords, and no rule of webnet:gateway.access closes this host
  got:     "graphs.example.com"
  allowed: a host whose every address a rule closes
  fix:     pulumi config set --path 'webnet:gateway.access.monitoring.paths[0]' / --stack prod
  then:    pulumi config set --path 'webnet:gateway.access.monitoring.hosts[0]' graphs.example.com --stack prod
  then:    pulumi config set --path 'webnet:gateway.access.monitoring.users[0]' <user> --stack prod
  then:    pulumi config set --secret --path 'webnet:gatewayPasswords["<user>"]' --stack prod
  or:      pulumi config rm --path 'webnet:monitoring.host' --stack prod`,
  );

  it("have addresses that are nobody's yet", () => {
    assert.match(said({ paths: ["/api"], to: "backend" }), /it is webnet:backend\.basePath/);
    assert.match(said({ paths: ["/healthz"], to: "backend" }), /it is the gateway's own/);
    assert.match(said({ paths: ["/.webnet/look"], to: "backend" }), /it is the gateway's own/);
    assert.match(said({ paths: ["/assets"], to: "backend" }), /it is the frontend's/);
    assert.match(said({ paths: ["/actuator"], to: "backend" }), /open the backend's actuator/);
    assert.match(said({ paths: [], to: "backend" }), /the route is for no address/);
    const two = { one: { paths: ["/a"], to: "backend" }, two: { paths: ["/a"], to: "http://x:1" } };
    assert.match(
      refusal(changed({ "gateway.routes": two })),
      /the same addresses as webnet:gateway\.routes\.one/,
    );
    for (const path of ["a", "/a/", "/a/../b", "/.", "/a;b", "/a b", "/a$b", ""])
      assert.throws(() => parseSettings(changed(routes({ paths: [path], to: "backend" })), "prod"), path);
  });

  it("are refused by the value alone where a list is a text, with what adds one to it", () => {
    const wrong: [string, object][] = [
      ["gateway.routes.one.paths", routes({ paths: "/a", to: "backend" })],
      ["gateway.routes.one.hosts", routes({ hosts: "api.example.com", to: "backend" })],
      ["gateway.routes.one", { "gateway.routes": { one: null } }],
      ["gateway.access.one.paths", { "gateway.access": { one: { paths: "/", users: ["alice"] } } }],
      ["gateway.access.one.hosts", { "gateway.access": { one: { ...open, hosts: "www.example.com" } } }],
      ["gateway.access.one.users", { "gateway.access": { one: { paths: ["/"], users: "alice" } } }],
    ];
    for (const [path, config] of wrong) {
      const message = refusal(changed(config as Config));
      assert.ok(message.includes(`\nwebnet:${path}\n  problem: its value is not allowed`), message);
    }
    const misspelt = said({ path: "/oauth2", paths: ["/a"], to: "backend" });
    assert.match(
      misspelt,
      /then: {4}pulumi config set --path 'webnet:gateway\.routes\.one\.paths\[0\]' \/oauth2 /,
    );
    assert.doesNotMatch(refusal(changed({ "gateway.acces": { a: open } })), /then:/);
  });

  it("lead to something else than the gateway and the platform's own containers", () => {
    const to = (address: string) =>
      said({ paths: ["/a"], to: address }, { "gateway.aliases": ["example.com"] });
    for (const own of ["http://www.example.com", "https://EXAMPLE.com"])
      assert.match(to(own), /ask itself/, own);
    for (const own of ["http://localhost:8080", "http://127.0.0.1"])
      assert.match(to(own), /the gateway's own container/, own);
    for (const own of ["http://webnet-prod-prometheus:9090", "http://mysql:3306"])
      assert.match(to(own), /a container of the platform itself.*monitoring\.host/, own);
    assert.match(to("http://x:70000"), /there is no such port/);
    assert.match(to("http://10.0.0"), /no IPv4 address/);
    assert.match(to("https://192.0.2.9:9443"), /checked for a host name/);
    for (const bad of [
      "x",
      "ftp://x",
      "http://x/",
      "http://u:p@x",
      "http://x/$a",
      "http://[::1]",
      "http://x;y",
      "http://a_",
    ])
      assert.throws(() => parseSettings(changed(routes({ paths: ["/a"], to: bad })), "prod"), bad);
  });

  it("say only what has an effect, and no time that a switch would cut", () => {
    assert.match(said({ paths: ["/a"], to: "backend", keepHost: true }), /keepHost\n.*no effect/);
    assert.match(
      said({ paths: ["/a"], to: "http://x", authorityFile: "a.pem" }),
      /authorityFile\n.*no effect/,
    );
    assert.match(
      said({ paths: ["/a"], to: "backend", timeoutSeconds: 600 }),
      /timeoutSeconds\n.*a switch would cut/,
    );
    assert.match(
      said({ paths: ["/a"], to: "backend", maxBodyMegabytes: 5000 }),
      /temporaryMegabytes\n[^]*routes\.one\.maxBodyMegabytes is 5000/,
    );
    assert.match(
      said({ paths: ["/a"], to: "backend", maxBodyMegabytes: 50 }),
      /tmpMegabytes\n[^]*routes\.one\.maxBodyMegabytes is 50/,
    );
    parseSettings(changed(routes({ paths: ["/a"], to: "http://x", maxBodyMegabytes: 50 })), "prod");
    parseSettings(
      changed(routes({ paths: ["/a"], to: "http://x", maxBodyMegabytes: 5000, buffered: false })),
      "prod",
    );
  });

  it("are no more than the gateway has memory for", () => {
    const names = (count: number, of: (at: number) => string) =>
      Array.from({ length: count }, (_, at) => of(at));
    const hosts = (count: number, from: number) => ({
      hosts: names(count, (at) => `h${from + at}.example.com`),
      to: "backend",
    });
    assert.match(
      refusal(changed({ "gateway.routes": { one: hosts(20, 0), two: hosts(11, 20) } })),
      /room for so many hosts\n {2}got: {5}31/,
    );
    const paths = names(26, (at) => `/p${at}`);
    assert.match(
      refusal(changed({ "gateway.routes": { one: { ...hosts(4, 0), paths } } })),
      /room for so many paths, each once for every host\n {2}got: {5}104/,
    );
    parseSettings(changed({ "gateway.routes": { one: hosts(20, 0), two: hosts(10, 20) } }), "prod");
  });

  it("have hosts of their own, which the certificate is for", () => {
    const hosts = (...names: string[]) => ({ hosts: names, to: "backend" });
    assert.match(said(hosts("www.example.com")), /it is webnet:domain already/);
    assert.match(
      said(hosts("example.com"), { "gateway.aliases": ["example.com"] }),
      /it is one of webnet:gateway\.aliases already/,
    );
    const graphs = { "monitoring.host": "graphs.example.com", "gateway.access": { a: open } };
    assert.match(said(hosts("graphs.example.com"), graphs), /it is webnet:monitoring\.host already/);
    assert.deepEqual(
      certifiedHosts(parseSettings(changed(routes(hosts("api.example.com"), graphs)), "prod")),
      ["www.example.com", "api.example.com", "graphs.example.com"],
    );
  });

  it("are closed by rules for hosts that there are, and monitoring wherever it can be reached", () => {
    const access = (rules: object) =>
      refusal(changed({ "monitoring.host": "graphs.example.com", "gateway.access": rules }));
    assert.match(access({ a: { ...open, hosts: ["other.example.com"] } }), /does not answer to it/);
    assert.match(
      refusal(changed({ domain: "localhost", "gateway.access": { a: { ...open, hosts: ["localhost"] } } })),
      /webnet:domain answers to every name/,
    );
    assert.match(access({ a: { ...open, paths: ["/graph"] } }), /no rule of webnet:gateway\.access closes/);
    const opens = { isOpen: true, paths: ["/api"] };
    assert.match(access({ a: open, b: opens }), /gateway\.access\.b opens it/);
    const byName = { ...open, hosts: ["graphs.example.com"] };
    assert.match(access({ a: byName, b: { ...opens, hosts: byName.hosts } }), /gateway\.access\.b opens it/);
    parseSettings(
      changed({ "monitoring.host": "graphs.example.com", "gateway.access": { a: byName, b: opens } }),
      "prod",
    );
  });

  it("count as reaching the backend for the lists of paths", () => {
    const lists = { "gateway.rateLimits.loginPaths": ["/login/x"], "gateway.streamPaths": ["/reports/live"] };
    const both = {
      "gateway.routes": {
        login: { paths: ["/login"], to: "backend" },
        reports: { paths: ["/reports"], to: "http://x" },
      },
    };
    parseSettings(changed({ ...lists, ...both }), "prod");
    assert.match(refusal(changed(lists)), /loginPaths\[0\][^]*streamPaths\[0\]/);
  });
});
