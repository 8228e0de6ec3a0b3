import assert from "node:assert/strict";
import { renderGateway, type GatewayRoute } from "../../../render/nginx.ts";
import { location, rendered, route, server, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, only, parseNginx, type Parsed } from "./nginx-parser.ts";

const variable = "$our_strict_transport_security";
const tls = { httpsPort: 443, hstsSeconds: 63_072_000, hstsSubdomains: false };

describe("render/nginx: TLS", () => {
  const withTls = (change: Partial<GatewayRoute> = {}) => {
    const http = inside(parseNginx(renderGateway({ ...route, tls, ...change })["nginx.conf"]), "http");
    return { http, site: server(http, "443"), byHttp: server(http, "80") };
  };

  it("is Mozilla's intermediate configuration", () => {
    const { http } = withTls();
    assert.deepEqual(only(http, "ssl_protocols"), ["TLSv1.2", "TLSv1.3"]);
    assert.deepEqual(only(http, "ssl_prefer_server_ciphers"), ["off"]);
    const [ciphers = ""] = only(http, "ssl_ciphers");
    assert.equal(ciphers.split(":").length, 6);
    for (const cipher of ciphers.split(":")) assert.match(cipher, /^ECDHE-(?:ECDSA|RSA)-.*(?:GCM|POLY1305)/);
    const included = all(http, "include").map(({ words }) => words[1]);
    assert.ok(included.includes("/tmp/tls-curves*.conf"), included.join());
    assert.deepEqual(all(http, "ssl_ecdh_curve"), []);
    const standIn = parseNginx(renderGateway({ ...route, tls })["stand-in.conf"]);
    assert.deepEqual(only(inside(standIn, "http"), "ssl_ecdh_curve"), ["X25519:prime256v1:secp384r1"]);
  });

  it("serves the installed certificate, and says which one to its own container only", () => {
    const { http } = withTls();
    assert.deepEqual(only(http, "ssl_certificate"), ["/certificates/current/chain.pem"]);
    assert.deepEqual(only(http, "ssl_certificate_key"), ["/certificates/current/key.pem"]);
    const question = location(server(http, "8081"), "=", "/.webnet/certificate");
    assert.deepEqual(only(question, "include"), ["/certificates/current/served.conf"]);
    assert.deepEqual(only(inside(question, "if", "($remote_addr", "!=", "unix:", ")"), "return"), ["404"]);
  });

  it("leads from http to the same address by https, and serves nothing else there but the health", () => {
    for (const [serverName, httpsPort, to] of [
      ["localhost", 443, "https://$host$request_uri"],
      ["www.example.com", 443, "https://www.example.com$request_uri"],
      ["www.example.com", 8443, "https://www.example.com:8443$request_uri"],
    ] as const) {
      const { byHttp } = withTls({ serverName, tls: { ...tls, httpsPort } });
      assert.deepEqual(only(location(byHttp, "/"), "return"), ["308", to]);
      assert.deepEqual(
        all(byHttp, "location").map(({ words }) => words.at(-1)),
        ["/healthz", "/"],
      );
    }
  });

  it("answers an authority by http, for every name, and only where certificates come by ACME", () => {
    const aliases = { names: ["example.com"], httpPort: 80 };
    const { byHttp, site } = withTls({ serverName: "www.example.com", aliases, tls: { ...tls, acme: true } });
    assert.deepEqual(only(byHttp, "server_name"), ["www.example.com", "example.com"]);
    const challenge = location(byHttp, "^~", "/.well-known/acme-challenge/");
    assert.deepEqual(only(challenge, "root"), ["/srv/acme/webroot"]);
    assert.deepEqual(only(challenge, "disable_symlinks"), ["on", "from=$document_root"]);
    for (const body of [site, withTls().byHttp])
      assert.ok(!all(body, "location").some(({ words }) => words.join(" ").includes("acme-challenge")));
  });

  it("refuses the handshake for unknown names, where it has a name", () => {
    const servers = (serverName: string) =>
      all(withTls({ serverName }).http, "server").filter(
        ({ body }) => all(body, "ssl_reject_handshake").length > 0,
      );
    assert.equal(servers("localhost").length, 0);
    const [refusing] = servers("www.example.com");
    assert.deepEqual(only(refusing?.body ?? [], "listen"), ["443", "ssl", "default_server"]);
    assert.deepEqual(only(location(refusing?.body ?? [], "/"), "return"), ["421"]);
  });

  it("asks browsers for https alone, unless the application says it itself, and never without TLS", () => {
    const policyOf = (http: Parsed[], backend = "") =>
      mapped(inside(http, "map", "$upstream_http_strict_transport_security", variable), backend);
    const ofTls = (change: Partial<NonNullable<GatewayRoute["tls"]>>) =>
      policyOf(withTls({ tls: { ...tls, ...change } }).http);
    assert.equal(settings(withTls().site, "add_header")["Strict-Transport-Security"], `${variable} always`);
    assert.equal(policyOf(withTls().http), "max-age=63072000");
    assert.equal(policyOf(withTls().http, "max-age=1"), "");
    assert.equal(ofTls({ hstsSubdomains: true }), "max-age=63072000; includeSubDomains");
    assert.equal(ofTls({ hstsSeconds: 0 }), "");
    assert.equal(policyOf(rendered().http), "");
  });

  it("is what the backend hears of, also from the gateway's own container", () => {
    const schemes = ({ http }: { http: Parsed[] }) =>
      ["198.51.100.7", "unix:"].map((from) =>
        mapped(inside(http, "map", "$remote_addr", "$client_scheme"), from),
      );
    assert.deepEqual(schemes(withTls()), ["$scheme", "https"]);
    assert.deepEqual(schemes(rendered()), ["$scheme", "http"]);
  });

  it("takes no port of a quiet nginx, and each once of the others", () => {
    const ports = (file: "nginx.conf" | "quiet.conf" | "stand-in.conf", serverName: string) =>
      all(inside(parseNginx(renderGateway({ ...route, tls, serverName })[file]), "http"), "server")
        .flatMap(({ body }) => all(body, "listen"))
        .map(({ words }) => words.slice(1).join(" "))
        .filter((words) => /^(?:80|443) /.test(words) || words === "80" || words === "443");
    for (const serverName of ["localhost", "www.example.com"]) {
      assert.deepEqual(ports("quiet.conf", serverName), []);
      for (const file of ["nginx.conf", "stand-in.conf"] as const)
        for (const port of ["80", "443"]) {
          const own = ports(file, serverName).filter((words) => words.startsWith(`${port} `));
          assert.equal(own.filter((words) => words.includes("reuseport")).length, 1, `${file} ${port}`);
          assert.equal(own.filter((words) => words.includes("default_server")).length, 1, `${file} ${port}`);
        }
    }
  });
});
