import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pairDigest, type Pair } from "../../../certificate/pair.ts";
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

  function look({ chain, key }: Pair, inGateway?: string) {
    writeFileSync(join(directory, "chain.pem"), chain);
    writeFileSync(join(directory, "key.pem"), key);
    return looked("chain.pem", "key.pem", inGateway);
  }

  function looked(chain: string, key: string, inGateway?: string) {
    const { settings } = platformWith({
      domain,
      "gateway.tls.certificate": "files",
      "gateway.tls.certificateFile": join(directory, chain),
      "gateway.tls.keyFile": join(directory, key),
    });
    return inspectCertificate(settings, "prod", () => Promise.resolve(inGateway));
  }

  it("is good if it can serve, and changes with its files", async () => {
    const { problems, warnings, digest } = await look(good);
    assert.deepEqual([problems, warnings], [[], []]);
    assert.match(digest ?? "", /^[0-9a-f]{16}$/);
    assert.notEqual((await look(authority.issue({ names: [domain] }))).digest, digest);
  });

  it("is announced to end three weeks before", async () => {
    const [warning] = (await look(authority.issue({ names: [domain], days: [-1, 12] }))).warnings;
    assert.match(warning ?? "", /chain\.pem expires in 11 days, at \d{4}-/);
    assert.deepEqual((await look(authority.issue({ names: [domain], days: [-1, 22] }))).warnings, []);
  });

  it("is a problem of the file that is wrong, with the command that names another one", async () => {
    const [ofKey] = (await look({ ...good, key: "nothing" })).problems;
    assert.equal(ofKey?.at, "webnet:gateway.tls.keyFile");
    assert.deepEqual(ofKey.fix, [
      "pulumi config set --path 'webnet:gateway.tls.keyFile' <file> --stack prod",
    ]);
    const [ofName] = (await look(authority.issue({ names: ["example.com"] }))).problems;
    assert.equal(ofName?.at, "webnet:gateway.tls.certificateFile");
    const [missing] = (await looked("chain.pem", "none.pem")).problems;
    assert.match(missing?.what ?? "", /^the file can't be read: ENOENT/);
    const [directoryInstead] = (await looked(".", "key.pem")).problems;
    assert.match(directoryInstead?.what ?? "", /^the file can't be read: it is no regular file/);
    execFileSync("mkfifo", [join(directory, "pipe")]);
    const [pipe] = (await looked("pipe", "key.pem")).problems;
    assert.match(pipe?.what ?? "", /^the file can't be read: it is no regular file/);
    const [large] = (await look({ ...good, key: "x".repeat(1_000_001) })).problems;
    assert.match(large?.what ?? "", /1000001 bytes, too many/);
  });

  it("is in nobody's way where the gateway has it already, or where its files are elsewhere", async () => {
    const expired = authority.issue({ names: [domain], days: [-9, -1] });
    const digest = pairDigest(expired);
    const has = await look(expired, digest);
    assert.deepEqual([has.problems, has.digest], [[], digest]);
    assert.match(has.warnings.join(), /keeps the certificate that it has\. .*chain\.pem: it expired at/);
    const elsewhere = await looked("none.pem", "none.pem", digest);
    assert.deepEqual([elsewhere.problems, elsewhere.digest], [[], digest]);
    assert.equal((await look(expired, pairDigest(good))).problems.length, 1);
  });

  it("is not looked for where the settings name none", async () => {
    const { settings } = platformWith({ "gateway.tls.certificate": "self-signed" });
    const none = () => Promise.reject(new Error("not asked"));
    assert.deepEqual(await inspectCertificate(settings, "prod", none), { problems: [], warnings: [] });
  });
});
