import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { startOps } from "./support/ops.ts";
import { servingContainer } from "./support/serving.ts";

const asBrowser = { accept: "text/html,*/*" };
const client = "198.51.100.7";

describe("the gateway's front", function () {
  this.timeout("5m");
  let platform: TestPlatform;
  let port: number;

  before(async () => {
    platform = await TestPlatform.create("front");
    port = Number(new URL(platform.url).port);
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  async function ask(path: string, init: RequestInit = {}) {
    const answer = await fetch(`${platform.url}${path}`, init);
    const { status, headers } = answer;
    return {
      status,
      retryAfter: headers.get("retry-after"),
      type: headers.get("content-type"),
      body: await answer.text(),
    };
  }

  async function maintenance(action: string): Promise<{ exitCode: number | null; output: string }> {
    return await startOps(platform, "maintenance", action).ended;
  }

  /** Waits until clients are served, or no longer. nginx remembers for some seconds that a file was there. */
  async function until(status: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while ((await ask("/")).status !== status) assert.ok(Date.now() < deadline, `no ${status} within 10 s`);
  }

  /** What the backend was told of a request, sent as it is, with other bytes before it. */
  async function told(headers: Record<string, string>, first = "") {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const lines = Object.entries({ host: "localhost", connection: "close", ...headers });
    socket.write(
      `${first}GET /api/request HTTP/1.1\r\n${lines.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n`,
    );
    const answer = await text(socket).catch(() => "");
    const [, body = "{}"] = answer.split("\r\n\r\n");
    const { scheme, client: address } = JSON.parse(/\{.*\}/s.exec(body)?.[0] ?? "{}") as Record<
      string,
      string
    >;
    return [address, scheme];
  }

  const ofProxy = { "x-forwarded-for": `203.0.113.9, ${client}`, "x-forwarded-proto": "https" };

  it("closes for maintenance by a command, and opens again, at once and without an update", async () => {
    const serving = await servingContainer(platform);
    const { exitCode, output } = await maintenance("on");
    assert.equal(exitCode, 0, output);
    assert.match(output, /is closed by this command[^]*maintenance off/);
    const page = await ask("/users/7", { headers: asBrowser });
    assert.deepEqual([page.status, page.retryAfter, page.type], [503, "300", "text/html"]);
    assert.match(page.body, /Closed for maintenance/);
    const posted = await ask("/api/rows", { method: "POST", body: "{}", headers: asBrowser });
    assert.deepEqual([posted.status, posted.type], [503, "text/plain"]);
    assert.equal((await ask("/healthz")).status, 200);
    const token = await platform.output("guardToken");
    const guarded = { "x-webnet-release": "blue", "x-webnet-token": token };
    assert.equal((await ask("/api/version", { headers: guarded })).status, 200);
    assert.match((await startOps(platform, "status").ended).output, /is closed for clients/);
    assert.deepEqual(await platform.up(), []);
    assert.equal((await maintenance("off")).exitCode, 0);
    await until(200);
    assert.equal(await servingContainer(platform), serving);
  });

  it("lets a switch through while it is closed, whose checks are no client's, and lasts over it", async () => {
    await maintenance("on");
    await platform.set({ activeColor: "green" });
    await platform.up();
    assert.equal((await ask("/api/version")).status, 503);
    await maintenance("off");
    await until(200);
    assert.match((await ask("/api/version")).body, /green/);
  });

  it("closes by a setting too, which the command does not overrule, and has guests then", async () => {
    await platform.set({ "gateway.maintenance.on": "true", "gateway.maintenance.retryAfterSeconds": "60" });
    await platform.up();
    assert.deepEqual(await ask("/").then(({ status, retryAfter }) => [status, retryAfter]), [503, "60"]);
    const { exitCode, output } = await maintenance("off");
    assert.equal(exitCode, 1);
    assert.match(output, /webnet:gateway\.maintenance\.on keeps it closed[^]*maintenance\.on' false/);
    // The tests' own requests come by the network's address.
    await platform.set({
      "gateway.maintenance.guests[0]": "172.16.0.0/12",
      "gateway.maintenance.guests[1]": "192.168.0.0/16",
    });
    await platform.up();
    assert.equal((await ask("/")).status, 200);
    await platform.unset("gateway.maintenance");
  });

  it("lets in whom the settings name, by a password that nobody else gets", async () => {
    const password = "correct-horse-battery";
    const rules = {
      all: { paths: ["/"], users: ["alice"] },
      open: { paths: ["/api/version"], isOpen: true },
      nobody: { paths: ["/api/rows"], clients: ["192.0.2.1"] },
    };
    for (const [name, { paths, ...rule }] of Object.entries(rules)) {
      await platform.set({ [`gateway.access.${name}.paths[0]`]: paths[0] ?? "" });
      if ("users" in rule) await platform.set({ [`gateway.access.${name}.users[0]`]: rule.users[0] ?? "" });
      if ("clients" in rule)
        await platform.set({ [`gateway.access.${name}.clients[0]`]: rule.clients[0] ?? "" });
      if ("isOpen" in rule) await platform.set({ [`gateway.access.${name}.isOpen`]: "true" });
    }
    const secret = { "webnet:gatewayPasswords.alice": { value: password, secret: true } };
    await platform.stack.setAllConfig(secret, true);
    await platform.up();
    const by = (user: string, word: string) => ({
      headers: { authorization: `Basic ${Buffer.from(`${user}:${word}`).toString("base64")}` },
    });
    for (const path of ["/", "/assets/i18n/en.json", "/api/request", "/users/7"]) {
      assert.equal((await ask(path)).status, 401, path);
      assert.equal((await ask(path, by("alice", password))).status, 200, path);
    }
    for (const [user, word] of [
      ["alice", "wrong"],
      ["bob", password],
      ["alice", ""],
    ] as const)
      assert.equal((await ask("/", by(user, word))).status, 401, `${user} ${word}`);
    assert.equal((await ask("/api/version")).status, 200);
    for (const path of ["/api/rows", "/API/rows", "/api/rows/1", "/api/rows;x=1"])
      assert.notEqual((await ask(path, by("alice", "wrong"))).status, 200, path);
    assert.equal((await ask("/api/rows", by("alice", password))).status, 403);
    assert.equal((await ask("/api/version/..;/rows")).status, 400);
    assert.equal((await ask("/healthz")).status, 200);
    const token = await platform.output("guardToken");
    const guarded = { headers: { "x-webnet-release": "green", "x-webnet-token": token } };
    assert.equal((await ask("/api/rows", guarded)).status, 200);
    assert.deepEqual(await platform.up(), []);
    assert.ok(!(await platform.stateFile()).includes(password));
    const log = await (await platform.gateway()).logs({ stdout: true, stderr: true });
    assert.ok(!log.toString().includes(password));
    await platform.unset("gateway.access", "gatewayPasswords");
    await platform.up();
  });

  it("believes no proxy unless the settings name it", async () => {
    const [address, scheme] = await told(ofProxy);
    assert.notEqual(address, client);
    assert.equal(scheme, "http");
  });

  it("hears from a proxy on the same host who the client is, and by which scheme it came", async () => {
    await platform.set({ "gateway.trustedProxies.mine[0]": "host" });
    await platform.up();
    assert.deepEqual(await told(ofProxy), [client, "https"]);
    const [address, scheme] = await told({ "x-forwarded-proto": "https" });
    assert.notEqual(address, client);
    // It must say for whom.
    assert.equal(scheme, "http");
    assert.deepEqual(await told({ ...ofProxy, "x-forwarded-for": "unix:" }), [address, "http"]);
    assert.deepEqual(await platform.up(), []);
  });

  it("believes the PROXY protocol, and the headers of its clients not", async () => {
    await platform.set({ "gateway.proxyProtocol": "true" });
    await platform.up();
    const line = `PROXY TCP4 ${client} 203.0.113.1 56324 80\r\n`;
    assert.deepEqual(await told(ofProxy, line), [client, "http"]);
    assert.deepEqual(await told(ofProxy), [undefined, undefined]);
  });
});
