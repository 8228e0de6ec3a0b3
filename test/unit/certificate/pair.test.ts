import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { pairDigest, pairProblem, type Pair } from "../../../certificate/pair.ts";
import { selfSigned } from "../../../certificate/self-signed.ts";
import { Authority } from "../../../dev/platform/authority.ts";

const hosts = ["www.example.com"];
const now = new Date();

describe("a certificate with its key", () => {
  const authority = new Authority();
  const good = authority.issue({ names: hosts });
  const other = authority.issue({ names: hosts });
  const key = (pem: "ec" | "ed25519"): string =>
    (pem === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("ed25519")
    ).privateKey
      .export({ type: "pkcs8", format: "pem" })
      .toString();

  it("can serve if it belongs together, is valid now and names every host", () => {
    assert.equal(pairProblem(good, hosts, now), undefined);
    assert.equal(pairProblem(authority.issue({ names: ["*.example.com"] }), hosts, now), undefined);
    assert.equal(pairProblem(selfSigned(hosts, now), hosts, now), undefined);
    const windows = { ...good, chain: good.chain.replaceAll("\n", "\r\n") };
    assert.equal(pairProblem(windows, hosts, now), undefined);
    const withBag = { ...good, chain: `subject=CN = x\nissuer=y\n${good.chain}` };
    assert.equal(pairProblem(withBag, hosts, now), undefined);
  });

  const [leaf = "", intermediate = ""] = good.chain.split(/(?<=-----END CERTIFICATE-----\n)/);
  const encrypted = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
  }).privateKey;
  const wrong: [what: string, pair: Pair, of: keyof Pair, words: RegExp][] = [
    ["another one's key", { ...good, key: other.key }, "key", /not the key of this certificate/],
    ["a key of another kind", { ...good, key: key("ec") }, "key", /not the key of this certificate/],
    [
      "a key that browsers refuse",
      { ...good, key: key("ed25519") },
      "key",
      /ed25519, which browsers don't take/,
    ],
    ["a short key", authority.issue({ names: hosts, bits: 1024 }), "key", /1024 bits only/],
    ["a passphrase", { ...good, key: encrypted }, "key", /passphrase/],
    ["no key", { ...good, key: "" }, "key", /no PEM private key/],
    ["files the wrong way round", { chain: good.key, key: good.chain }, "chain", /no PEM certificate/],
    ["no certificate", { ...good, chain: "" }, "chain", /no PEM certificate/],
    [
      "a damaged certificate",
      { ...good, chain: leaf.replace(/(?<=-\n)[A-Za-z0-9]{9}/, "") },
      "chain",
      /can't be read/,
    ],
    [
      "another name",
      authority.issue({ names: ["example.com"] }),
      "chain",
      /for example\.com, and not for www/,
    ],
    ["an expired one", authority.issue({ names: hosts, days: [-9, -1] }), "chain", /it expired at \d{4}-/],
    [
      "one of tomorrow",
      authority.issue({ names: hosts, days: [1, 9] }),
      "chain",
      /not valid before .* clock/,
    ],
    ["a chain out of order", { ...good, chain: intermediate + leaf }, "key", /not the key of this/],
    ["another chain", { ...good, chain: leaf + leaf }, "chain", /certificate 2 did not issue certificate 1/],
  ];
  for (const [what, pair, of, words] of wrong) {
    it(`is refused with ${what}`, () => {
      const problem = pairProblem(pair, hosts, now);
      assert.equal(problem?.of, of, JSON.stringify(problem));
      assert.match(problem.what, words);
      assert.doesNotMatch(problem.what, /BEGIN|PRIVATE KEY/);
    });
  }

  it("has a digest of its content, whatever white space ends it", () => {
    assert.equal(pairDigest(good), pairDigest({ chain: `${good.chain}\n`, key: good.key.trim() }));
    assert.notEqual(pairDigest(good), pairDigest(other));
    assert.notEqual(pairDigest(good), pairDigest({ ...good, key: other.key }));
  });
});
