import assert from "node:assert/strict";
import { renderGateway, rendererDigest, type GatewayRoute } from "../../../render/nginx.ts";
import { route } from "./nginx-fixture.ts";
import { all, inside, only, parseNginx } from "./nginx-parser.ts";

const aliases = { names: ["example.com", "old.example.org"], httpPort: 80 };
const tls = { httpsPort: 443, hstsSeconds: 300, hstsSubdomains: false };

describe("render/nginx: further host names", () => {
  /** Port, names and target of each server that leads elsewhere. */
  function leading(change: Partial<GatewayRoute>, file: "nginx.conf" | "quiet.conf" = "nginx.conf") {
    const files = renderGateway({ ...route, serverName: "www.example.com", ...change });
    return all(inside(parseNginx(files[file]), "http"), "server").flatMap(({ body }) => {
      const [root] = all(body, "location").filter(({ words }) => words[1] === "/");
      const [code, target] = root === undefined ? [] : (all(root.body, "return")[0]?.words.slice(1) ?? []);
      if (code !== "308") return [];
      const headers = all(body, "add_header").map(({ words }) => words[2]);
      return [[only(body, "listen")[0], only(body, "server_name").join(" "), target, ...headers]];
    });
  }

  it("lead to the public one by the same scheme, or by https where the gateway speaks TLS", () => {
    const both = "example.com old.example.org";
    assert.deepEqual(leading({ aliases }), [["80", both, "http://www.example.com$request_uri"]]);
    assert.deepEqual(leading({ aliases: { ...aliases, httpPort: 8080 } }), [
      ["80", both, "http://www.example.com:8080$request_uri"],
    ]);
    assert.deepEqual(leading({ aliases, tls }), [
      ["80", `www.example.com ${both}`, "https://www.example.com$request_uri"],
      ["443", both, "https://www.example.com$request_uri", "max-age=300"],
    ]);
  });

  it("take a wildcard for one level of names, so that a certificate is for each of them", () => {
    const wild = { names: ["example.com", "*.example.com"], httpPort: 80 };
    const [[, named] = []] = leading({ aliases: wild });
    const [exact, pattern = ""] = (named ?? "").split(" ");
    assert.equal(exact, "example.com");
    assert.equal(pattern, String.raw`~^[^.]+\.example\.com$`);
    const matches = new RegExp(pattern.slice(1));
    for (const [name, isMeant] of [
      ["www.example.com", true],
      ["any-thing.example.com", true],
      ["example.com", false],
      ["a.b.example.com", false],
      ["www.example.com.example.org", false],
      ["www-example.com", false],
      ["www.exampleXcom", false],
    ] as const)
      assert.equal(matches.test(name), isMeant, name);
  });

  it("are a part of the renderer's digest of those alone who have a wildcard", () => {
    assert.equal(rendererDigest({ aliases }), rendererDigest());
    assert.notEqual(
      rendererDigest({ aliases: { names: ["*.example.com"], httpPort: 80 } }),
      rendererDigest(),
    );
  });

  it("are none by default, and none of a quiet nginx", () => {
    assert.deepEqual(leading({}), []);
    assert.deepEqual(leading({ aliases, tls }, "quiet.conf"), []);
  });
});
