import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pair } from "../../../certificate/pair.ts";
import { Authority } from "../../../dev/platform/authority.ts";
import { inspectCertificate } from "../../../preflight/certificate.ts";
import { platformWith } from "../support/platform.ts";

const domain = "www.example.com";

describe("one's own certificate", () => {
  const authority = new Authority();
  const good = authority.issue({ names: [domain] });
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "webnet-certificate-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  function look({ chain, key }: Pair) {
    writeFileSync(join(directory, "chain.pem"), chain);
    writeFileSync(join(directory, "key.pem"), key);
    return looked("chain.pem", "key.pem");
  }

  function looked(chain: string, key: string) {
    const { settings } = platformWith({
      domain,
      "gateway.tls.certificate": "files",
      "gateway.tls.certificateFile": join(directory, chain),
      "gateway.tls.keyFile": join(directory, key),
    });
    return inspectCertificate(settings, "prod");
  }

  it("is good if it can serve, and changes with its files", () => {
    const { problems, warnings, digest } = look(good);
    assert.deepEqual([problems, warnings], [[], []]);
    assert.match(digest ?? "", /^[0-9a-f]{16}$/);
    assert.notEqual(look(authority.issue({ names: [domain] })).digest, digest);
  });

  it("is announced to end three weeks before", () => {
    const [warning] = look(authority.issue({ names: [domain], days: [-1, 12] })).warnings;
    assert.match(warning ?? "", /chain\.pem expires in 11 days, at \d{4}-/);
    assert.deepEqual(look(authority.issue({ names: [domain], days: [-1, 22] })).warnings, []);
  });

  it("is a problem of the file that is wrong, with the command that names another one", () => {
    const [ofKey] = look({ ...good, key: "nothing" }).problems;
    assert.equal(ofKey?.at, "webnet:gateway.tls.keyFile");
    assert.deepEqual(ofKey.fix, [
      "pulumi config set --path 'webnet:gateway.tls.keyFile' <file> --stack prod",
    ]);
    const [ofName] = look(authority.issue({ names: ["example.com"] })).problems;
    assert.equal(ofName?.at, "webnet:gateway.tls.certificateFile");
    const [missing] = looked("chain.pem", "none.pem").problems;
    assert.match(missing?.what ?? "", /^the file can't be read: ENOENT/);
    const [directoryInstead] = looked(".", "key.pem").problems;
    assert.match(directoryInstead?.what ?? "", /^the file can't be read: EISDIR/);
  });

  it("is not looked for where the settings name none", () => {
    const { settings } = platformWith({ "gateway.tls.certificate": "self-signed" });
    assert.deepEqual(inspectCertificate(settings, "prod"), { problems: [], warnings: [] });
  });
});
