import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execIn } from "../../engine/exec.ts";
import { lastLogLines } from "../../engine/logs.ts";
import { steadyTraffic } from "../../traffic/options.ts";
import { startTraffic } from "../../traffic/traffic.ts";
import { TestPlatform } from "./support/platform.ts";
import { withoutLoss } from "./support/serving.ts";
import { slowDownloads } from "./support/slow-downloads.ts";

const megabyte = 1024 * 1024;
const transfers = 40;
const seconds = 15;
const withoutUploads = { ...steadyTraffic, events: { connections: 2, seconds: 600 } };

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
          // On a busy machine it is the sender that takes its time.
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

  it("is gone when nginx is killed", async () => {
    const uploads = startTraffic({
      baseUrl: platform.url,
      kinds: { uploads: { connections: 8, bytes: 4 * megabyte, seconds: 6 } },
    });
    await sleep(3000);
    assert.ok((await openTemporaryBytes()) > megabyte);
    const gateway = await platform.gateway();
    await gateway.kill({ signal: "SIGKILL" });
    // Killed by the engine's own hand, it isn't started by it.
    await gateway.start();
    await uploads.stop();
    assert.deepEqual(await temporaryFiles(), ["/var/cache/nginx/.keep"]);
    assert.equal(await openTemporaryBytes(), 0);
  });

  /** Which processes of the platform run, and whether any was ended for want of memory. */
  async function runs(): Promise<Record<string, unknown>> {
    const found: Record<string, unknown> = {};
    for (const [name, id] of await platform.containers()) {
      const { RestartCount, State } = await platform.docker.getContainer(id).inspect();
      found[name] = { RestartCount, started: State.StartedAt, killed: State.OOMKilled };
    }
    const gateway = await platform.gateway();
    const { stdout } = await execIn(gateway, [
      "sh",
      "-c",
      "grep -ls 'nginx: worker[ ]process' /proc/[0-9]*/cmdline",
    ]);
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
