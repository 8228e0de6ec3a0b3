import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Pair } from "../../certificate/pair.ts";
import { Authority } from "../../dev/platform/authority.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { execIn } from "../../engine/exec.ts";
import { installedDigest } from "../../gateway/certificate.ts";
import { TestPlatform, type Step } from "../../dev/platform/platform.ts";
import { servingContainer, shortKinds, withoutLoss } from "./support/serving.ts";

const host = "shop.example.com";
const alias = "www.shop.example.com";
const names = [host, alias];
type Protocol = Pick<typeof http | typeof https, "request">;

describe("a gateway that speaks TLS", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  let directory: string;
  let port: number;
  const authority = new Authority();

  before(async () => {
    platform = await TestPlatform.create("tls");
    directory = mkdtempSync(join(tmpdir(), "webnet-tls-"));
    port = await freePort();
    await platform.set({
      domain: host,
      "gateway.aliases[0]": alias,
      "gateway.tls.certificate": "self-signed",
      "gateway.tls.httpsPort": String(port),
    });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const client: ConnectionOptions = { host: "127.0.0.1", servername: host, ca: authority.root };
  const inWords = (steps: readonly Step[]) => steps.map(({ op, name }) => `${op} ${name}`);

  /** Writes the files of a certificate, which the settings name. */
  function write({ chain, key }: Pair): void {
    writeFileSync(join(directory, "chain.pem"), chain);
    writeFileSync(join(directory, "key.pem"), key, { mode: 0o600 });
  }

  /** Makes a handshake. @throws Error if the client or the gateway refuses it */
  async function handshake(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({ ...client, port, ...options });
    await once(socket, "secureConnect");
    return socket;
  }

  /** Why there is no connection. */
  async function refusal(options: ConnectionOptions = {}): Promise<string> {
    try {
      (await handshake(options)).destroy();
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
    return "none";
  }

  /** The serial number of the certificate that a new connection gets. */
  async function served(): Promise<string> {
    const socket = await handshake({ rejectUnauthorized: false });
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }

  /** Makes a request over a connection of its own, by https or by what is given. */
  async function get(
    path: string,
    { by = https, ...options }: https.RequestOptions & { by?: Protocol } = {},
  ) {
    const headers = { host: `${host}:${port}` };
    const asked = by.request({ ...client, port, path, headers, agent: false, ...options });
    asked.end();
    const [answer] = (await once(asked, "response")) as [http.IncomingMessage];
    answer.setEncoding("utf8");
    let body = "";
    for await (const chunk of answer) body += chunk as string;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body };
  }

  it("starts with a certificate of its own that nobody trusts, and tells no browser to insist on it", async () => {
    assert.equal(await refusal(), "DEPTH_ZERO_SELF_SIGNED_CERT");
    const { status, headers } = await get("/", { rejectUnauthorized: false });
    assert.equal(status, 200);
    assert.equal(headers["strict-transport-security"], undefined);
    assert.equal(await platform.output("url"), `https://127.0.0.1:${port}`);
    assert.deepEqual(await platform.up(), []);
  });

  it("takes one's own certificate in one step of an update, and then the next one, without losing a request", async () => {
    const first = authority.issue({ names });
    write(first);
    const serving = await servingContainer(platform);
    await platform.set({
      "gateway.tls.certificate": "files",
      "gateway.tls.certificateFile": join(directory, "chain.pem"),
      "gateway.tls.keyFile": join(directory, "key.pem"),
    });
    assert.deepEqual(inWords(await platform.up()), ["update gateway-certificate", "update gateway-route"]);
    platform.url = `https://127.0.0.1:${port}`;
    const before = await served();
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("next certificate");
        write(authority.issue({ names }));
        assert.deepEqual(inWords(await platform.preview()), ["update gateway-certificate"]);
        assert.deepEqual(inWords(await platform.up()), ["update gateway-certificate"]);
        assert.notEqual(await served(), before);
        traffic.mark("switch");
        await platform.set({ activeColor: "green" });
        assert.deepEqual(inWords(await platform.up()), ["update gateway-route"]);
      },
      // Without streams that outlast the drain: nginx ends them some time after the reload for a certificate, too.
      { host, authority: authority.root, kinds: shortKinds },
    );
    await platform.set({ activeColor: "blue" });
    await platform.up();
    assert.equal(await servingContainer(platform), serving);
  });

  it("refuses at the preview what it can't serve, and goes on with what it has", async () => {
    const before = await served();
    const good = authority.issue({ names });
    const cases: [Pair, RegExp][] = [
      [
        { ...good, key: authority.issue({ names }).key },
        /webnet:gateway\.tls\.keyFile\n.*not the key of this/,
      ],
      [
        authority.issue({ names: ["other.example.com"] }),
        /webnet:gateway\.tls\.certificateFile\n.*not for shop\.example\.com/,
      ],
      [authority.issue({ names, days: [-9, -1] }), /certificateFile\n.*it expired at/],
    ];
    for (const [pair, words] of cases) {
      write(pair);
      const said = await platform.failingUp();
      assert.match(said, words);
      assert.doesNotMatch(said, /PRIVATE KEY/);
    }
    assert.equal(await served(), before);
  });

  it("needs the files no more once the gateway has them, also where another nginx takes over", async () => {
    const before = await served();
    rmSync(join(directory, "key.pem"));
    const { stdout } = await platform.stack.preview();
    assert.match(
      stdout,
      /The gateway keeps the certificate that it has\. .*key\.pem: the file can't be read: ENOENT/,
    );
    await platform.set({ "gateway.drainSeconds": "11" });
    await platform.up();
    assert.equal(await served(), before);
    write(authority.issue({ names }));
    assert.deepEqual(inWords(await platform.up()), ["update gateway-certificate"]);
  });

  it("answers by its name only, and by TLS 1.2 and 1.3 only", async () => {
    for (const servername of ["other.example.com", ""])
      assert.match(await refusal({ servername }), /UNRECOGNIZED_NAME/);
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    assert.match(await refusal(old), /ALERT|VERSION|PROTOCOL/);
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const socket = await handshake({ minVersion: version, maxVersion: version });
      assert.equal(socket.getProtocol(), version);
      socket.destroy();
    }
    assert.equal((await get("/", { headers: { host: "other.example.com" } })).status, 421);
  });

  it("leads from http to https, tells browsers to stay there, and tells the backend of it", async () => {
    const { value } = await platform.stack.getConfig("webnet:gateway.httpPort", true);
    const byHttp = (path: string) => get(path, { headers: { host }, port: Number(value), by: http });
    const lead = await byHttp("/a%20b?c=d");
    assert.equal(lead.status, 308);
    assert.equal(lead.headers.location, `https://${host}:${port}/a%20b?c=d`);
    assert.equal((await byHttp("/healthz")).status, 200);
    for (const [from, answer] of [
      ["https", await get("/a?b", { servername: alias, headers: { host: alias } })],
      ["http", await get("/a?b", { headers: { host: alias }, port: Number(value), by: http })],
    ] as const) {
      assert.equal(answer.status, 308, from);
      assert.equal(answer.headers.location, `https://${host}:${port}/a?b`, from);
    }
    const { headers, body } = await get("/api/request");
    assert.equal(headers["strict-transport-security"], "max-age=63072000");
    assert.partialDeepStrictEqual(JSON.parse(body), { scheme: "https", host: `${host}:${port}` });
  });

  it("keeps no key in Pulumi's state, and none in the gateway's volume when it gives up TLS", async () => {
    const state = await platform.stateFile();
    assert.doesNotMatch(state, /PRIVATE KEY/);
    await platform.unset("gateway.tls");
    await platform.up();
    const gateway = await platform.gateway();
    assert.equal(await installedDigest((command) => execIn(gateway, command)), undefined);
    assert.deepEqual(await platform.up(), []);
  });
});
