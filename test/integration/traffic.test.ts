import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage, type RequestOptions } from "node:http";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { attacks, strike } from "./support/attacks.ts";
import { withoutLoss } from "./support/serving.ts";

const office = "198.51.100.7";
const partner = "203.0.113.9";
/** Attacks at the same time. */
const atOnce = 24;

describe("the gateway's traffic", function () {
  this.timeout("6m");
  let platform: TestPlatform;
  let port: number;

  before(async () => {
    platform = await TestPlatform.create("traffic");
    port = Number(new URL(platform.url).port);
    await platform.set({
      "gateway.trustedProxies.mine[0]": "host",
      "gateway.rateLimits.apiPerSecond": "5",
      "gateway.rateLimits.apiBurst": "10",
      "gateway.rateLimits.loginPaths[0]": "/api/rows",
      "gateway.rateLimits.loginsPerMinute": "6",
      "gateway.rateLimits.loginBurst": "2",
      "gateway.rateLimits.exemptPaths[0]": "/api/cookies",
      "gateway.rateLimits.exemptClients[0]": partner,
      "gateway.proxyTimeoutSeconds": "2",
      "gateway.streamPaths[0]": "/api/late",
      "gateway.requestHeaderKilobytes": "32",
      "gateway.answerHeaderKilobytes": "48",
      "gateway.headerTimeoutSeconds": "3",
      "gateway.bodyTimeoutSeconds": "3",
      "gateway.uploads": "streamed",
      "backend.environment.NODE_OPTIONS": "--max-http-header-size=65536",
    });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  async function ask(path: string, client: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), "x-forwarded-for": client };
    const answer = await fetch(`${platform.url}${path}`, { ...init, headers });
    await answer.arrayBuffer();
    return answer;
  }

  /** How many of so many requests at once got each status. */
  async function tally(count: number, path: string, client: string, init?: RequestInit) {
    const answers = await Promise.all(Array.from({ length: count }, () => ask(path, client, init)));
    const refused = answers.find(({ status }) => status === 429);
    if (refused) assert.equal(refused.headers.get("retry-after"), "5");
    const of = (status: number) => answers.filter((answer) => answer.status === status).length;
    return { good: answers.filter(({ ok }) => ok).length, refused: of(429), all: answers.length };
  }

  it("is bounded per client, and only where the backend answers", async () => {
    const much = await tally(40, "/api/version", office);
    assert.ok(much.good >= 11 && much.good <= 20, JSON.stringify(much));
    assert.equal(much.good + much.refused, much.all);
    assert.equal((await tally(40, "/", office)).good, 40);
    assert.equal((await tally(40, "/api/cookies", office)).good, 40);
    assert.equal((await tally(40, "/api/version", partner)).good, 40);
    assert.equal((await tally(5, "/api/version", "198.51.100.8")).good, 5);
    // A network of 64 bits is one client.
    const [one, other] = ["2001:db8::1", "2001:db8::ffff:2"];
    await tally(40, "/api/version", one);
    assert.ok((await tally(10, "/api/version", other)).refused > 0);
    assert.equal((await tally(5, "/api/version", "2001:db8:0:1::1")).good, 5);
  });

  it("counts by itself whatever tries a password, and reading not among it", async () => {
    const [client, reader] = ["198.51.100.20", "198.51.100.21"];
    const body = JSON.stringify({});
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        ask(at % 2 === 0 ? "/api/rows" : "/api/rows;x=1", client, { method: "POST", body }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 429).length, 5);
    assert.equal((await tally(8, "/api/rows", reader)).good, 8);
  });

  it("waits as long as the settings say, and for streams longer", async () => {
    assert.equal((await ask("/api/slow?seconds=4", partner)).status, 504);
    assert.equal((await ask("/api/slow?seconds=1", partner)).status, 200);
    assert.equal((await ask("/api/late?seconds=4", partner)).status, 200);
  });

  /** Sends a request whose answer may have long headers. Returns its status once the headers are there. */
  async function statusOf(path: string, { body, ...options }: RequestOptions & { body?: Buffer } = {}) {
    const headers = { ...(options.headers as Record<string, string>), "x-forwarded-for": partner };
    const asked = request({ host: "127.0.0.1", port, path, maxHeaderSize: 200_000, ...options, headers });
    if (body === undefined) asked.end();
    else asked.write(body);
    try {
      const signal = AbortSignal.timeout(5000);
      const [answer] = (await once(asked, "response", { signal })) as [IncomingMessage];
      return answer.statusCode;
    } finally {
      asked.on("error", () => undefined).destroy();
    }
  }

  it("lets long headers through, both ways, and says which are too long", async () => {
    const cookie = (kilobytes: number) => ({ headers: { cookie: `a=${"x".repeat(1024 * kilobytes)}` } });
    assert.equal(await statusOf("/api/cookies", cookie(9)), 200);
    assert.equal(await statusOf("/api/cookies", cookie(30)), 200);
    assert.equal(await statusOf("/api/cookies", cookie(33)), 400);
    assert.equal(await statusOf("/api/header?kilobytes=20"), 200);
    assert.equal(await statusOf("/api/header?kilobytes=45"), 200);
    assert.equal(await statusOf("/api/header?kilobytes=60"), 502);
  });

  it("passes an upload on while it comes, so that the backend may answer before its end", async () => {
    const half = { method: "POST", body: Buffer.alloc(4_000_000), headers: { "content-length": 8_000_000 } };
    assert.equal(await statusOf("/api/nothing", half), 404);
  });

  it("has attacks end, with nothing of them at the backend, while everybody else is served", async () => {
    const outcomes = await withoutLoss(
      platform,
      async () => {
        const found = [];
        for (let at = 0; at < attacks.length; at += atOnce)
          found.push(...(await Promise.all(attacks.slice(at, at + atOnce).map((one) => strike(port, one)))));
        return found;
      },
      {
        kinds: {
          keepAlive: { connections: 4, perSecond: 10 },
          http2: { connections: 1, perSecond: 5 },
        },
      },
    );
    assert.ok(outcomes.length >= 200, String(outcomes.length));
    const bad = outcomes.filter(({ isGood }) => !isGood);
    assert.deepEqual(bad, []);
    for (const id of ["smuggled", "smuggled2"])
      assert.equal((await ask(`/api/rows/${id}`, partner)).status, 404);
  });
});
