import assert from "node:assert/strict";
import { routeFacts } from "../render/nginx-fixture.ts";
import { toldOf } from "../../../render/nginx.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed } from "./support.ts";

const parse = (changes: Record<string, unknown>) => parseSettings(changed(changes), "prod");
const local = { "gateway.bindAddress": "127.0.0.1" };

describe("settings: proxies in front", () => {
  it("are lists of addresses, by names of one's own", () => {
    const lists = { cdn: ["192.0.2.0/24", "2001:db8::/32"], balancer: ["198.51.100.7", "192.0.2.0/24"] };
    const settings = parse({ "gateway.trustedProxies": lists });
    assert.deepEqual(toldOf(settings, "b-", routeFacts).proxies, {
      addresses: ["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"],
    });
    assert.equal(toldOf(parse({}), "b-", routeFacts).proxies, undefined);
    assert.equal(
      toldOf(parse({ "gateway.trustedProxies": { empty: [] } }), "b-", routeFacts).proxies,
      undefined,
    );
  });

  it("are no names, and never everybody", () => {
    for (const wrong of [
      "proxy.example.com",
      "0.0.0.0/0",
      "::/0",
      "192.0.2.1/33",
      "",
      "192.0.2.1; allow all",
    ])
      assert.throws(
        () => parse({ "gateway.trustedProxies": { cdn: [wrong] } }),
        /webnet:gateway\.trustedProxies\.cdn\[0\]\n.*not allowed[^]*or of its network/,
        wrong,
      );
    assert.throws(() => parse({ "gateway.trustedProxies": { "a b": [] } }), /trustedProxies/);
  });

  it("on the engine's host need a gateway that only the host reaches", () => {
    const host = { "gateway.trustedProxies": { mine: ["192.0.2.1", "host"] } };
    assert.throws(
      () => parse(host),
      /trustedProxies\.mine\[1\]\n.*may come by the same address[^]*bindAddress' 127\.0\.0\.1[^]*pulumi config rm/,
    );
    assert.deepEqual(toldOf(parse({ ...host, ...local }), "b-", routeFacts).proxies, {
      addresses: ["192.0.2.1"],
      host: true,
    });
  });

  it("speak the PROXY protocol only if there are some", () => {
    assert.throws(
      () => parse({ "gateway.proxyProtocol": true }),
      /webnet:gateway\.proxyProtocol\n.*no proxy is trusted[^]*trustedProxies/,
    );
    const { proxies } = toldOf(
      parse({ "gateway.proxyProtocol": true, "gateway.trustedProxies": { balancer: ["192.0.2.1"] } }),
      "b-",
      routeFacts,
    );
    assert.deepEqual(proxies, { addresses: ["192.0.2.1"], protocol: true });
  });
});
