import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { worker } from "../../gateway/asking.ts";
import { standIn } from "../../gateway/live.ts";
import { execIn } from "../../engine/exec.ts";
import { lastLogLines } from "../../engine/logs.ts";
import { gatewayBounds } from "../../settings/bounds.ts";
import { steadyTraffic } from "../../dev/traffic/options.ts";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { askedFromOutside, type Answered } from "./support/outside-client.ts";
import { localGatewayMegabytes } from "../../dev/platform/local-config.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { withoutLoss } from "./support/serving.ts";
import { slowDownloads } from "./support/slow-downloads.ts";

const megabyte = 1024 * 1024;
/** Bounds of the local gateway with 200 MB for waiting data, as the refusal test and the later ones have it. */
const shares = gatewayBounds({
  memoryMegabytes: localGatewayMegabytes,
  temporaryMegabytes: 200,
  clientMaxBodyMegabytes: 10,
  requestsPerClient: 100,
});
const transfers = 40;
const seconds = 15;
const withoutUploads = { ...steadyTraffic, events: { connections: 2, seconds: 600 } };

function tally(answers: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, retryAfter } of answers) {
    const what = retryAfter === null ? String(status) : `${status} after ${retryAfter}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

describe("what waits in the gateway", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("uploads");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  it("is 40 slow uploads, which all arrive, beside traffic that notices nothing", async () => {
    const before = await runs();
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("uploads");
        const uploads = startTraffic({
          baseUrl: platform.url,
          kinds: { uploads: { connections: transfers, bytes: 9 * megabyte, seconds } },
          // On a busy machine the sender itself is slow.
          timeoutSeconds: 120,
        });
        await sleep(seconds * 700);
        assert.ok((await openTemporaryBytes()) > transfers * 2 * megabyte, "nothing waits on disk");
        assert.deepEqual(await temporaryFiles(), ["/var/cache/nginx/.keep"]);
        await uploads.stop();
        const [summary] = uploads.summaries();
        assert.deepEqual([summary?.failed, summary?.failures], [0, {}]);
        assert.ok((summary?.sent ?? 0) >= transfers);
        const rows = await uploads.verifyRows();
        assert.deepEqual([rows.missing, rows.found], [[], summary?.sent]);
      },
      { kinds: withoutUploads },
    );
    assert.deepEqual(await runs(), before);
  });

  it("is 40 slow downloads, which come as a whole", async () => {
    const before = await runs();
    const bytes = 6 * megabyte;
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("downloads");
        const url = `${platform.url}/api/bytes?count=${bytes}`;
        const got = await slowDownloads(url, { count: transfers, bytes, seconds });
        assert.deepEqual(
          got,
          Array.from({ length: transfers }, () => bytes),
        );
      },
      { kinds: withoutUploads },
    );
    assert.deepEqual(await runs(), before);
  });

  it("is refused where it would be too much, with the time to try again", async () => {
    await platform.set({ "gateway.temporaryMegabytes": "200" });
    await platform.up();
    const uploads = startTraffic({
      baseUrl: platform.url,
      kinds: { uploads: { connections: 14, bytes: 2 * megabyte, seconds: 4 } },
    });
    await sleep(2000);
    const refused = await fetch(`${platform.url}/api/uploads/one-too-many`, {
      method: "POST",
      body: Buffer.alloc(megabyte),
    });
    const small = await fetch(`${platform.url}/api/rows`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: `small-${process.pid}`, text: "small" }),
    });
    await uploads.stop();
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "5"]);
    assert.equal(small.status, 201);
    const [summary] = uploads.summaries();
    assert.deepEqual(Object.keys(summary?.failures ?? {}), ["HTTP 429"]);
    assert.ok((summary?.sent ?? 0) - (summary?.failed ?? 0) >= 10);
  });

  it("is one client's share at most, while the others are answered", async () => {
    const { requestsPerClient, uploadsPerClient } = shares;
    const asking = askedFromOutside(platform, {
      count: requestsPerClient + 10,
      method: "GET",
      path: "/api/slow?seconds=6&n=",
    });
    const others = await answeredMeanwhile(asking);
    assert.deepEqual(tally(await asking), { "200": requestsPerClient, "429 after 5": 10 });
    assert.deepEqual(others, [200]);
    const uploads = await askedFromOutside(platform, {
      count: uploadsPerClient + 3,
      method: "POST",
      path: `/api/uploads/outside-${process.pid}-`,
      bytes: megabyte,
      pauseSeconds: 3,
    });
    assert.deepEqual(tally(uploads), { "201": uploadsPerClient, "429 after 5": 3 });
    assert.deepEqual(await platform.preview(), []);
  });

  it("is gone when nginx is killed", async () => {
    const uploads = startTraffic({
      baseUrl: platform.url,
      kinds: { uploads: { connections: 8, bytes: 4 * megabyte, seconds: 6 } },
    });
    await sleep(3000);
    assert.ok((await openTemporaryBytes()) > megabyte);
    const gateway = await platform.gateway();
    await gateway.kill({ signal: "SIGKILL" });
    // The engine doesn't restart a container that it killed itself.
    await gateway.start();
    await uploads.stop();
    assert.deepEqual(await temporaryFiles(), ["/var/cache/nginx/.keep"]);
    assert.equal(await openTemporaryBytes(), 0);
  });

  it("is given back when a worker is killed with it, so that nobody is turned away for good", async () => {
    const status = async (): Promise<number> =>
      (await fetch(`${platform.url}/api/version`, { headers: { connection: "close" } })).status;
    await until(200, () => status().catch(() => 0));
    // While the edge stands in, it takes a part of the connections and has its own bounds.
    await until(undefined, () => standIn(platform.docker, platform.name));
    const leave = new AbortController();
    // Try again and again: a request of the gateway's own may take one of the places for a moment.
    const asked = Array.from({ length: shares.requests + 20 }, async () => {
      while (!leave.signal.aborted) {
        await fetch(`${platform.url}/api/slow?seconds=60`, { signal: leave.signal }).catch(() => undefined);
        await sleep(500);
      }
    });
    await until(429, status);
    const script = `kill -9 $(grep -ls '${worker}' /proc/[0-9]*/cmdline | cut -d/ -f3)`;
    await execIn(await platform.gateway(), ["sh", "-c", script]);
    leave.abort();
    await Promise.all(asked);
    // The requests of the killed workers still count.
    assert.equal(await status(), 429);
    await until(200, () => status().catch(() => 0));
  });

  /** Asks until the answer is the wanted one, for 30 s at most. */
  async function until<T>(wanted: T, ask: () => Promise<T>): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const found = await ask();
      if (found === wanted) return;
      assert.ok(Date.now() < deadline, `the answer is still ${String(found)}`);
      await sleep(500);
    }
  }

  /** The statuses that a client on this machine gets until the other client has its answers. */
  async function answeredMeanwhile(asking: Promise<unknown>): Promise<number[]> {
    const statuses = new Set<number>();
    const over = new AbortController();
    const answered = asking.finally(() => {
      over.abort();
    });
    while (!over.signal.aborted) {
      statuses.add((await fetch(`${platform.url}/api/version`)).status);
      await sleep(100);
    }
    await answered;
    return [...statuses];
  }

  /** Starts of the containers and nginx workers, and whether one was killed for lack of memory or by a signal. */
  async function runs(): Promise<Record<string, unknown>> {
    const found: Record<string, unknown> = {};
    for (const [name, id] of await platform.containers()) {
      const { RestartCount, State } = await platform.docker.getContainer(id).inspect();
      found[name] = { RestartCount, started: State.StartedAt, killed: State.OOMKilled };
    }
    const gateway = await platform.gateway();
    const { stdout } = await execIn(gateway, ["sh", "-c", `grep -ls '${worker}' /proc/[0-9]*/cmdline`]);
    const ended = (await lastLogLines(gateway, 5000)).match(/exited on signal.*/g);
    return { ...found, workers: stdout, ended };
  }

  async function openTemporaryBytes(): Promise<number> {
    const script = [
      "total=0",
      "for fd in /proc/[0-9]*/fd/*; do",
      '  case "$(readlink "$fd")" in /var/cache/nginx/*)',
      '    size=$(stat -L -c %s "$fd" 2>/dev/null) && total=$((total + size));;',
      "  esac",
      "done",
      "echo $total",
    ].join("\n");
    const gateway = await platform.gateway();
    return Number((await execIn(gateway, ["sh", "-c", script])).stdout);
  }

  async function temporaryFiles(): Promise<string[]> {
    const gateway = await platform.gateway();
    const { stdout } = await execIn(gateway, ["find", "/var/cache/nginx", "-type", "f"]);
    return stdout.trim().split("\n");
  }
});
