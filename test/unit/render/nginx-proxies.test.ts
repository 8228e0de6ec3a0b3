import assert from "node:assert/strict";
import { renderGateway, type GatewayRoute } from "../../../render/nginx.ts";
import { rendered, route, server } from "./nginx-fixture.ts";
import { all, inside, mapped, only, parseNginx, type Parsed } from "./nginx-parser.ts";

const proxies = { addresses: ["192.0.2.0/24", "2001:db8::7"] };

describe("render/nginx: proxies in front", () => {
  const trusted = ({ http }: { http: Parsed[] }) =>
    all(http, "set_real_ip_from").map(({ words }) => words[1]);
  const told = (http: Parsed[], header: string, variable: string, words: string) =>
    mapped(inside(http, "map", `$is_forwarded:$http_x_forwarded_${header}`, variable), words);

  it("are believed by their addresses, and by nobody's without them", () => {
    const { http } = rendered({ proxies });
    assert.deepEqual(trusted({ http }), proxies.addresses);
    assert.deepEqual(only(http, "real_ip_header"), ["X-Forwarded-For"]);
    assert.deepEqual(only(http, "real_ip_recursive"), ["on"]);
    assert.deepEqual(trusted(rendered()), []);
    assert.equal(all(rendered().http, "real_ip_header").length, 0);
  });

  it("say scheme and port, of which only good words count", () => {
    const { http } = rendered({ proxies });
    const scheme = (words: string) => told(http, "proto", "$client_scheme", words);
    for (const good of ["yes:https", "yes:https, http"]) assert.equal(scheme(good), "https");
    for (const bad of [":https", "yes:", "yes:wss", "yes:https;x", "yes:httpsx"])
      assert.equal(scheme(bad), "$own_scheme", bad);
    const port = (words: string) => told(http, "port", "$client_port", words);
    assert.equal(port("yes:8443"), "8443");
    for (const bad of [":8443", "yes:", "yes:123456", "yes:80 x"]) assert.equal(port(bad), "", bad);
    const forwarded = inside(http, "map", "$realip_remote_addr $remote_addr", "$is_forwarded");
    assert.equal(mapped(forwarded, "192.0.2.1 198.51.100.7"), "yes");
    assert.equal(mapped(forwarded, "198.51.100.7 198.51.100.7"), "");
  });

  it("on the host itself are known to the nginx that has noted their address", () => {
    const { http } = rendered({ proxies: { addresses: [], host: true } });
    assert.ok(all(http, "include").some(({ words }) => words[1] === "/tmp/host-proxy*.conf"));
  });

  it("lead from other names to the scheme and the port that their clients see", () => {
    const aliases = { names: ["example.com"], httpPort: 8080 };
    const change = { serverName: "www.example.com", aliases, proxies };
    const { http } = rendered(change);
    const leading = all(http, "server").find(({ body }) =>
      all(body, "server_name").some(({ words }) => words[1] === "example.com"),
    );
    const [location] = all(leading?.body ?? [], "location").filter(({ words }) => words[1] === "/");
    assert.equal(
      all(location?.body ?? [], "return")[0]?.words[2],
      "$client_scheme://www.example.com$own_port$request_uri",
    );
    const port = inside(http, "map", "$is_forwarded", "$own_port");
    assert.deepEqual([mapped(port, ""), mapped(port, "yes")], [":8080", ""]);
  });

  it("speak the PROXY protocol on every public port and on no other, and their clients' headers say nothing", () => {
    const tls = { httpsPort: 443, hstsSeconds: 0, hstsSubdomains: false };
    const aliases = { names: ["example.com"], httpPort: 80 };
    for (const change of [
      {},
      { tls },
      { tls, aliases, serverName: "www.example.com" },
    ] as Partial<GatewayRoute>[]) {
      const protocol = { ...proxies, protocol: true as const };
      const http = inside(
        parseNginx(renderGateway({ ...route, ...change, proxies: protocol })["nginx.conf"]),
        "http",
      );
      for (const { body } of all(http, "server"))
        for (const { words } of all(body, "listen")) {
          const isPublic = words[1] === "80" || words[1] === "443";
          assert.equal(words.includes("proxy_protocol"), isPublic, words.join(" "));
        }
      assert.deepEqual(only(http, "real_ip_header"), ["proxy_protocol"]);
      assert.equal(mapped(inside(http, "map", "$remote_addr", "$client_scheme"), "198.51.100.7"), "$scheme");
      assert.equal(mapped(inside(http, "map", "$host", "$client_port"), "www.example.com"), "");
    }
    assert.ok(
      !all(server(rendered({ proxies }).http, "80"), "listen").some(({ words }) =>
        words.includes("proxy_protocol"),
      ),
    );
  });
});
