import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { stopGracefully } from "../../../../dev/sample/backend/stop.ts";
import { localBaseUrl } from "../../../../dev/traffic/options.ts";
import { startTraffic } from "../../../../dev/traffic/traffic.ts";
import { startFakeBackend } from "../sample/fake-backend.ts";

const version = ["/api/version"];

describe("traffic", () => {
  it("goes to this machine only", () => {
    for (const url of ["http://example.org", "ftp://127.0.0.1:8080", "http://10.0.0.1", "nonsense"]) {
      assert.throws(() => localBaseUrl(url), {
        message: `traffic goes to this machine only: expected http://127.0.0.1:PORT, got "${url}"`,
      });
    }
    for (const scheme of ["http", "https"])
      assert.equal(localBaseUrl(`${scheme}://127.0.0.1:8080`).port, "8080");
  });

  it("makes every kind, slices by step, and finds each row again", async () => {
    const backend = await startFakeBackend();
    const traffic = startTraffic({
      baseUrl: backend.url,
      kinds: {
        keepAlive: { connections: 2, perSecond: 50, paths: version },
        newConnection: { perSecond: 20, paths: version },
        uploads: { connections: 1, bytes: 10_000, seconds: 0.3 },
        rows: { connections: 2, perSecond: 50 },
        slow: { connections: 1, seconds: 0.2 },
        events: { connections: 1, seconds: 0.3 },
        socket: { connections: 1, perSecond: 20 },
      },
    });
    traffic.mark("one");
    await sleep(500);
    traffic.mark("two");
    await sleep(500);
    await traffic.stop();
    const rows = await traffic.verifyRows();
    await backend.close();

    const [, one, two] = traffic.summaries();
    assert.ok(one && two);
    const kinds = new Set(traffic.results().map((result) => result.kind));
    const expected = ["keepAlive", "newConnection", "rows", "slow", "uploads"];
    assert.deepEqual([...kinds].sort(), [...expected, "events", "socket", "openSocket"].sort());
    for (const step of [one, two]) {
      assert.deepEqual(step.failures, {});
      assert.ok(step.sent > 20, `${step.step} sent ${step.sent}`);
      assert.deepEqual(step.answeredBy, { "blue v1": step.sent });
    }
    assert.equal(rows.found, rows.written);
    assert.equal(rows.written, backend.rows.size);
    assert.equal(rows.foundByStep.one, one.rowsWritten);
    assert.deepEqual([rows.missing, rows.duplicated, rows.unacknowledged], [[], [], []]);
  });

  it("counts streams that a stopping backend closes properly as well served", async () => {
    const backend = await startFakeBackend();
    const traffic = startTraffic({
      baseUrl: backend.url,
      kinds: { events: { connections: 1, seconds: 30 }, socket: { connections: 1, perSecond: 20 } },
    });
    await sleep(300);
    const stopped = stopGracefully(backend.app, backend.server);
    await sleep(20);
    await traffic.stop();
    await stopped;
    assert.deepEqual(
      traffic.results().filter((result) => result.failure !== undefined && result.kind === "events"),
      [],
    );
    assert.ok(traffic.results().some((result) => result.kind === "events" && result.milliseconds < 1000));
  });

  const failures: [string, (response: ServerResponse) => void][] = [
    ["HTTP 500", (response) => response.writeHead(500).end("no")],
    ["HTTP 302", (response) => response.writeHead(302, { location: "/" }).end()],
    ["ECONNRESET", (response) => response.destroy()],
    [
      "short body",
      (response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("{");
        setTimeout(() => response.destroy(), 10);
      },
    ],
    ["short body", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>")],
    [
      "unreadable body",
      (response) => response.writeHead(200, { "content-type": "application/json" }).end("{"),
    ],
    ["timeout", () => undefined],
  ];
  for (const [reason, answer] of failures) {
    it(`counts as failed: ${reason}`, async () => {
      const { server, baseUrl } = await serve(answer);
      const kinds = { rows: { connections: 1, perSecond: 50 } };
      const traffic = startTraffic({ baseUrl, kinds, timeoutSeconds: 0.1, maxRequests: 1 });
      await sleep(300);
      await traffic.stop();
      server.closeAllConnections();
      server.close();
      const [summary] = traffic.summaries();
      assert.deepEqual(summary?.failures, { [reason]: 1 });
      assert.equal(summary.rowsWritten, 0);
    });
  }

  it("names a refused connection", async () => {
    const { server, baseUrl } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    const kinds = { keepAlive: { connections: 1, perSecond: 50 } };
    const traffic = startTraffic({ baseUrl, kinds, maxRequests: 1 });
    await sleep(100);
    await traffic.stop();
    assert.deepEqual(traffic.summaries()[0]?.failures, { ECONNREFUSED: 1 });
  });

  it("ends by itself at its bounds", async () => {
    const { server, baseUrl } = await serve((response) => response.end("fine"));
    const kinds = { keepAlive: { connections: 1, perSecond: 1000 } };
    const byCount = startTraffic({ baseUrl, kinds, maxRequests: 5 });
    const byTime = startTraffic({ baseUrl, kinds, maxSeconds: 0.1 });
    await sleep(500);
    const later = performance.now();
    await sleep(200);
    await Promise.all([byCount.stop(), byTime.stop()]);
    const tooLate = [...byCount.results(), ...byTime.results()].filter(({ start }) => start > later);
    assert.deepEqual(tooLate, []);
    assert.equal(byCount.results().length, 5);
    assert.ok(byTime.results().length > 0);
    server.close();
  });
});

async function serve(
  answer: (response: ServerResponse) => unknown,
): Promise<{ server: Server; baseUrl: string }> {
  const server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
