import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PeerCertificate } from "node:tls";
import { Authority } from "../../dev/platform/authority.ts";
import { TestPlatform, type Step } from "../../dev/platform/platform.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { execIn } from "../../engine/exec.ts";
import { stackPrefix } from "../../workload/names.ts";
import { NameServer } from "../integration/support/name-server.ts";
import { startOps } from "../integration/support/ops.ts";
import { Pebble } from "../integration/support/pebble.ts";
import { otherCertificate, servedCertificate } from "../integration/support/served-certificate.ts";

const zone = "example.com";
const host = `www.${zone}`;
const wildcard = `*.${zone}`;
const hmacKey = () => randomBytes(32).toString("base64url");
/** The accounts that the authority binds others to, each with its key. */
const bindings = { "kid-1": hmacKey(), "kid-2": hmacKey() };
const keeper = "/etc/webnet-certbot/keeper.py";
const wrongSecret = randomBytes(32).toString("base64");

describe("certificates by ACME and the DNS", function () {
  this.timeout("15m");
  const authority = new Authority();
  let platform: TestPlatform;
  let directory: string;
  let port: number;
  let pebble: Pebble;
  let names: NameServer;
  let network: string;

  before(async () => {
    platform = await TestPlatform.create("acme-dns");
    network = `webnet-${platform.name}`;
    await platform.docker.createNetwork({ Name: network });
    directory = mkdtempSync(join(tmpdir(), "webnet-acme-dns-"));
    port = await freePort();
    names = await NameServer.start(platform.docker, { name: `names-${platform.name}`, network, zone });
    const name = `pebble-${platform.name}`;
    pebble = await Pebble.start(platform.docker, {
      ...{ name, network, authority, bindings },
      dnsServer: names.address,
    });
    writeFileSync(join(directory, "authority.pem"), authority.root);
    await platform.set({
      domain: host,
      "network.adopt": "true",
      "gateway.aliases[0]": zone,
      "gateway.aliases[1]": wildcard,
      "gateway.tls.certificate": "acme",
      "gateway.tls.acme.directory": Pebble.directory(name),
      "gateway.tls.acme.authorityFile": join(directory, "authority.pem"),
      "gateway.tls.acme.dns.plugin": "rfc2136",
      "gateway.tls.acme.dns.propagationSeconds": "1",
      "gateway.tls.httpsPort": String(port),
    });
    await setSecret("dnsCredentials", names.credentials());
  });

  after(async () => {
    await pebble.remove();
    await names.remove();
    await platform.remove();
    await platform.docker.getNetwork(network).remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const inWords = (steps: readonly Step[]) => steps.map(({ op, name }) => `${op} ${name}`);
  const certbot = () => platform.docker.getContainer(`${stackPrefix(platform.name)}-certbot`);

  async function setSecret(name: string, value: string): Promise<void> {
    await platform.stack.setAllConfig({ [`webnet:acmeSecrets.${name}`]: { value, secret: true } }, true);
  }

  const served = (name = host) => servedCertificate(port, name);
  const other = (than: PeerCertificate) => otherCertificate(port, host, than);

  /** Code and address of the answer to a name, over a handshake for a name. */
  async function answer(name: string, servername = name): Promise<string> {
    const options = { host: "127.0.0.1", path: "/a?b", agent: false, headers: { host: name } };
    const asked = https.get({ ...options, port, servername, rejectUnauthorized: false });
    return await said(asked);
  }

  async function answerByHttp(name: string): Promise<string> {
    const { hostname, port: plain } = new URL(platform.url);
    return await said(
      http.get({ hostname, port: plain, path: "/a?b", agent: false, headers: { host: name } }),
    );
  }

  async function said(asked: http.ClientRequest): Promise<string> {
    const [{ statusCode, headers }] = (await once(asked, "response")) as [http.IncomingMessage];
    asked.destroy();
    return [statusCode, headers.location].filter(Boolean).join(" ");
  }

  async function ops(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
    return await startOps(platform, ...args).ended;
  }

  /** Runs a shell script in certbot's container. */
  async function inCertbot(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await execIn(certbot(), ["sh", "-ec", script], undefined, 120);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  }

  /** Has the authority say that what is served should have been renewed by now. */
  async function becomesDue(): Promise<void> {
    // certbot asks an authority once in some hours.
    await inCertbot("sed -i /ari_retry_after/d /var/lib/webnet-certbot/certbot/renewal/*.conf");
    const { stdout } = await execIn(await platform.gateway(), [
      "cat",
      "/etc/webnet/gateway/certificates/current/chain.pem",
    ]);
    await pebble.suggestRenewal(stdout);
  }

  it("need the account that the authority binds others to, where it does", async () => {
    const { stdout } = await platform.stack.up();
    assert.match(stdout, /warning: the authority's certificate does not serve yet/);
    assert.match(stdout, /set webnet:gateway\.tls\.acme\.eabKeyId, and webnet:acmeSecrets\.eabHmacKey/);
    assert.equal((await served()).issuer.CN, "webnet self-signed");
  });

  it("come for a wildcard too", async () => {
    await platform.set({ "gateway.tls.acme.eabKeyId": "kid-1" });
    await setSecret("eabHmacKey", bindings["kid-1"]);
    const { stdout } = await platform.stack.up();
    assert.doesNotMatch(stdout, /warning: the authority's certificate/);
    const { issuer, subjectaltname } = await served();
    assert.match(String(issuer.CN), /Pebble Intermediate/);
    assert.deepEqual(subjectaltname?.split(", ").sort(), [`DNS:${wildcard}`, `DNS:${zone}`]);
    assert.deepEqual(inWords(await platform.up()), []);
    const { exitCode, output } = await ops("cert", "status");
    assert.equal(exitCode, 0, output);
  });

  it("let the gateway answer one level of names, and no other", async () => {
    const there = `308 https://${host}:${port}/a?b`;
    assert.equal(await answer(host), "200");
    assert.equal(await answer(zone), there);
    assert.equal(await answer(`any-thing.${zone}`), there);
    assert.equal(await answer(`a.b.${zone}`, `any.${zone}`), "421");
    await assert.rejects(served(`a.b.${zone}`), /unrecognized|alert/);
    await assert.rejects(served("example.org"), /unrecognized|alert/);
    assert.equal(await answerByHttp(`any-thing.${zone}`), there);
    assert.equal(await answerByHttp(`a.b.${zone}`), "421");
    assert.equal(await answerByHttp(`xexample.com`), "421");
  });

  it("leave their secrets where certbot alone reads them", async () => {
    const running = await inCertbot(
      `python3 ${keeper} rehearse & while kill -0 $! 2> /dev/null; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ || true; sleep 0.2; done; ls -ln /run/secrets/..data/`,
    );
    assert.match(running, /-r-------- +1 10002 .*dns-credentials/);
    assert.match(running, /-r-------- +1 10002 .*eab\.ini/);
    assert.match(running, /"good": true/);
    assert.match(running, /--dns-rfc2136-credentials/);
    const inspected = JSON.stringify(await certbot().inspect());
    const log = String(await certbot().logs({ stdout: true, stderr: true }));
    const state = await platform.stateFile();
    for (const secret of [names.secret, bindings["kid-1"]])
      for (const text of [running, inspected, log, state]) assert.ok(!text.includes(secret));
  });

  it("hide what a plugin says of its credentials, but what an operator needs to find a fault", async () => {
    const said = await inCertbot(
      `cd /etc/webnet-certbot; python3 -c 'from credentials import hidden; import sys; print(hidden(sys.stdin.read()))' <<'END'\n` +
        `${names.credentials()} for kid-1 ${bindings["kid-1"]}\nEND`,
    );
    assert.equal(said.trim(), `${names.credentials("***")} for kid-1 ***`);
  });

  it("are renewed when the authority says so", async () => {
    const before = await served();
    await becomesDue();
    const { exitCode, output } = await ops("cert", "issue");
    assert.equal(exitCode, 0, output);
    await other(before);
  });

  it("stay as they are while the credentials are wrong, which is told, and come with the right ones", async () => {
    const before = await served();
    const { Id } = await certbot().inspect();
    await becomesDue();
    await setSecret("dnsCredentials", names.credentials(wrongSecret));
    const { stdout } = await platform.stack.up();
    assert.match(stdout, /warning: the authority's certificate does not serve yet[^]*TXT record/);
    const { exitCode, output } = await ops("cert", "status");
    assert.equal(exitCode, 0, output);
    assert.match(output, /the last one failed \(1 in a row\):[^]*TXT record/);
    for (const text of [stdout, output]) assert.ok(!text.includes(wrongSecret));
    assert.equal((await served()).serialNumber, before.serialNumber);
    await setSecret("dnsCredentials", names.credentials());
    assert.deepEqual(inWords(await platform.up()).sort(), [
      "update gateway-certbot-first-certificate",
      "update gateway-certbot-secrets-content",
    ]);
    assert.equal((await certbot().inspect()).Id, Id);
    assert.doesNotMatch((await ops("cert", "status")).output, /failed/);
    const renewed = await ops("cert", "renew", "--yes");
    assert.equal(renewed.exitCode, 0, renewed.output);
    await other(before);
  });

  it("come by another account with another key's identifier, and by the former one again with its own", async () => {
    const renewal = async (keyId: string, key: string) => {
      await platform.set({ "gateway.tls.acme.eabKeyId": keyId });
      await setSecret("eabHmacKey", key);
      await platform.up();
      return await ops("cert", "renew", "--yes");
    };
    const before = await served();
    const wrongKey = hmacKey();
    const refused = await renewal("kid-2", wrongKey);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.output, /no certificate came[^]*external account/i);
    assert.ok(!refused.output.includes(wrongKey));
    assert.equal((await served()).serialNumber, before.serialNumber);
    const bound = await renewal("kid-2", bindings["kid-2"]);
    assert.equal(bound.exitCode, 0, bound.output);
    const after = await other(before);
    // The key counts at the registration alone: that account is there still.
    const again = await renewal("kid-1", wrongKey);
    assert.equal(again.exitCode, 0, again.output);
    await other(after);
  });

  it("say what to set where the image has no such plugin", async () => {
    const before = await served();
    const repo = "webnet.local/other-certbot";
    await platform.docker.getImage("webnet.local/certbot:5.5").tag({ repo, tag: "1" });
    await platform.set({ "images.certbot": `${repo}:1`, "gateway.tls.acme.dns.plugin": "cloudflare" });
    const { stdout } = await platform.stack.up();
    assert.match(stdout, /has no plugin dns-cloudflare: set webnet:images\.certbot/);
    assert.equal((await served()).serialNumber, before.serialNumber);
    await platform.docker.getImage(`${repo}:1`).remove();
  });
});
