import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { TestPlatform } from "../../dev/platform/platform.ts";

const client = "198.51.100.7";

describe("a proxy in front of the gateway", function () {
  this.timeout("5m");
  let platform: TestPlatform;
  let port: number;

  before(async () => {
    platform = await TestPlatform.create("proxies");
    port = Number(new URL(platform.url).port);
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

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

  it("is not believed unless the settings name it", async () => {
    const [address, scheme] = await told(ofProxy);
    assert.notEqual(address, client);
    assert.equal(scheme, "http");
  });

  it("on the same host says who the client is, and by which scheme it came", async () => {
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

  it("by the PROXY protocol is believed, and its clients' headers are not", async () => {
    await platform.set({ "gateway.proxyProtocol": "true" });
    await platform.up();
    const line = `PROXY TCP4 ${client} 203.0.113.1 56324 80\r\n`;
    assert.deepEqual(await told(ofProxy, line), [client, "http"]);
    assert.deepEqual(await told(ofProxy), [undefined, undefined]);
  });
});
