import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/index.ts";
import { changed } from "./support.ts";

const parse = (changes: Record<string, unknown>) => parseSettings(changed(changes), "prod");

describe("settings: TLS", () => {
  it("is off unless the settings say where its certificate comes from", () => {
    assert.equal(parse({}).gateway.tls, undefined);
    assert.throws(
      () => parse({ "gateway.tls.httpsPort": 443 }),
      /webnet:gateway\.tls\.certificate\n.*it is missing/,
    );
    assert.partialDeepStrictEqual(parse({ "gateway.tls.certificate": "self-signed" }).gateway.tls, {
      httpsPort: 443,
      hstsSeconds: 63_072_000,
      hstsSubdomains: false,
    });
  });

  it("needs both files of one's own certificate, and none of a self-signed one", () => {
    assert.throws(
      () => parse({ "gateway.tls.certificate": "files" }),
      /certificateFile\n.*it is missing, and the certificate comes from files[^]*keyFile\n.*it is missing/,
    );
    assert.throws(
      () => parse({ "gateway.tls.certificate": "self-signed", "gateway.tls.keyFile": "key.pem" }),
      /keyFile\n.*"self-signed", and no file is read[^]*pulumi config rm --path 'webnet:gateway\.tls\.keyFile'/,
    );
  });

  it("by ACME needs a name that an authority can find, and no other source has its settings", () => {
    const byAcme = { domain: "www.example.com", "gateway.tls.certificate": "acme" };
    assert.partialDeepStrictEqual(parse(byAcme).gateway.tls?.acme, {
      directory: "https://acme-v02.api.letsencrypt.org/directory",
      limits: { memoryMegabytes: 192, cpus: 0.5 },
    });
    assert.throws(
      () => parse({ ...byAcme, domain: "localhost" }),
      /webnet:domain\n.*no authority gives a certificate for it[^]*pulumi config set webnet:domain <host-name>/,
    );
    assert.throws(
      () => parse({ "gateway.tls.certificate": "self-signed", "gateway.tls.acme.email": "a@example.com" }),
      /webnet:gateway\.tls\.acme\n.*no authority is asked[^]*gateway\.tls\.certificate' acme[^]*config rm --path/,
    );
    for (const [key, value] of Object.entries({
      email: "a@b, c@example.com",
      directory: "http://ca.example.com/dir",
      profile: "--dry-run",
      dataVolume: "../x",
    }))
      assert.throws(
        () => parse({ ...byAcme, [`gateway.tls.acme.${key}`]: value }),
        new RegExp(`acme\\.${key}\n`),
      );
  });

  it("needs some memory", () => {
    const changes = { "gateway.tls.certificate": "self-signed", "gateway.limits.memoryMegabytes": 48 };
    assert.throws(
      () => parse(changes),
      /webnet:gateway\.limits\.memoryMegabytes\n.*too little for a gateway that speaks TLS[^]*at least 64/,
    );
  });

  it("takes a port of its own, which counts only while TLS is on", () => {
    assert.throws(
      () => parse({ "gateway.tls.certificate": "self-signed", "gateway.httpPort": 443 }),
      /webnet:gateway\.tls\.httpsPort\n.*the same port as webnet:gateway\.httpPort/,
    );
    assert.equal(parse({ "gateway.httpPort": 443 }).gateway.httpPort, 443);
  });
});

describe("settings: further host names", () => {
  it("are other names than the platform's, each once", () => {
    const wrong = {
      domain: "www.example.com",
      "gateway.aliases": ["example.com", "www.example.com", "example.com"],
    };
    assert.throws(
      () => parse(wrong),
      /aliases\[1\]\n.*it is webnet:domain itself[^]*aliases\[2\]\n.*the name stands there twice/,
    );
    assert.throws(() => parse({ "gateway.aliases": ["https://example.com"] }), /aliases\[0\]\n.*not allowed/);
    const { gateway } = parse({ domain: "www.example.com", "gateway.aliases": ["example.com"] });
    assert.deepEqual(gateway.aliases, ["example.com"]);
  });

  it("have nothing to lead to where the platform answers to every name", () => {
    assert.throws(
      () => parse({ domain: "localhost", "gateway.aliases": ["example.com"] }),
      /webnet:gateway\.aliases\n.*answers to every name[^]*pulumi config set webnet:domain <host-name>/,
    );
  });
});
