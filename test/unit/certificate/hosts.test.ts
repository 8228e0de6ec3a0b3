import assert from "node:assert/strict";
import { certifiedHosts } from "../../../certificate/hosts.ts";
import { pairProblem } from "../../../certificate/pair.ts";
import { selfSigned } from "../../../certificate/self-signed.ts";
import { Authority } from "../../../dev/platform/authority.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed } from "../settings/support.ts";

describe("the names of a certificate", () => {
  const of = (domain: string, ...aliases: string[]) =>
    certifiedHosts(parseSettings(changed({ domain, "gateway.aliases": aliases }), "prod"));

  it("are all that the gateway answers to, but those that a wildcard stands for", () => {
    assert.deepEqual(of("www.example.com", "example.com"), ["www.example.com", "example.com"]);
    assert.deepEqual(of("www.example.com", "example.com", "*.example.com"), ["example.com", "*.example.com"]);
    assert.deepEqual(of("example.com", "*.example.com", "a.b.example.com"), [
      "example.com",
      "*.example.com",
      "a.b.example.com",
    ]);
  });

  it("are checked in a pair: a wildcard takes one", () => {
    const hosts = ["example.com", "*.example.com"];
    const authority = new Authority();
    const now = new Date();
    assert.equal(pairProblem(authority.issue({ names: hosts }), hosts, now), undefined);
    assert.equal(pairProblem(selfSigned(hosts, now), hosts, now), undefined);
    const single = authority.issue({ names: ["example.com", "www.example.com"] });
    assert.match(pairProblem(single, hosts, now)?.what ?? "", /and not for \*\.example\.com$/);
    const wide = authority.issue({ names: ["*.example.com"] });
    assert.match(pairProblem(wide, ["a.b.example.com"], now)?.what ?? "", /and not for a\.b\.example\.com$/);
  });
});
