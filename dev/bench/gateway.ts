import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../platform/ports.ts";
import { TestPlatform } from "../platform/platform.ts";
import type { TrafficKinds } from "../traffic/options.ts";
import { startTraffic } from "../traffic/traffic.ts";
import { gapDuring } from "./gap.ts";
import { say, update } from "./pulumi.ts";
import { writeSection } from "./results-file.ts";

const replacements = 20;
const edges = 3;
const restSeconds = 2;
const otherTag = "1.30-other";
const image = "webnet.local/nginx";

const everyKind: TrafficKinds = {
  keepAlive: { connections: 16, perSecond: 80 },
  newConnection: { perSecond: 40 },
  http2: { connections: 4, perSecond: 40 },
  rows: { connections: 4, perSecond: 20 },
  slow: { connections: 2, seconds: 5 },
  uploads: { connections: 2, bytes: 500_000, seconds: 5 },
};

/** Requests sent and lost during one kind of change. */
interface Cost {
  what: string;
  updates: number;
  sent: number;
  failed: number;
}

/** Measures the requests lost by replacing the gateway, and the outage while its edge is replaced. */
export async function gatewayBench(): Promise<void> {
  const platform = await TestPlatform.create("bench");
  try {
    await platform.docker.getImage(`${image}:1.30`).tag({ repo: image, tag: otherTag });
    say("bringing a platform up");
    await platform.up();
    const costs = await replaced(platform);
    const gaps: number[] = [];
    for (let run = 1; run <= edges; run += 1) {
      say(`edge replaced, ${run} of ${edges}`);
      const port = String(await freePort());
      const urls = [platform.url, `http://127.0.0.1:${port}`];
      await platform.set({ "gateway.httpPort": port });
      gaps.push(await gapDuring(urls, () => update(platform)));
      platform.url = urls[1] ?? platform.url;
    }
    const text = report(costs, gaps);
    process.stdout.write(`\n${text}\n`);
    await writeSection("Results of `npm run bench -- gateway`", text);
  } finally {
    await platform.remove();
    // Without the tag there is nothing to remove, and the failure that left it out counts.
    await platform.docker
      .getImage(`${image}:${otherTag}`)
      .remove()
      .catch(() => undefined);
  }
}

async function replaced(platform: TestPlatform): Promise<Cost[]> {
  const kinds: [what: string, settings: (round: number) => Record<string, string>][] = [
    ["another image", (round) => ({ "images.nginx": `${image}:${round % 2 === 0 ? otherTag : "1.30"}` })],
    ["another limit", (round) => ({ "gateway.limits.memoryMegabytes": String(100 + round) })],
    ["another drain", (round) => ({ "gateway.drainSeconds": String(11 + (round % 10)) })],
  ];
  const traffic = startTraffic({ baseUrl: platform.url, kinds: everyKind, maxSeconds: 3600 });
  try {
    for (let round = 0; round < replacements; round += 1) {
      const [what = "", settings] = kinds[round % kinds.length] ?? [];
      say(`gateway replaced, ${round + 1} of ${replacements}: ${what}`);
      await platform.set(settings?.(Math.floor(round / kinds.length)) ?? {});
      traffic.mark(what);
      await update(platform);
      await sleep(restSeconds * 1000);
    }
  } finally {
    await traffic.stop();
  }
  // Each replacement is a step of its own.
  const steps = traffic.summaries();
  return kinds.map(([what]) => {
    const own = steps.filter(({ step }) => step === what);
    const sum = (of: (step: (typeof own)[number]) => number) =>
      own.reduce((total, one) => total + of(one), 0);
    return { what, updates: own.length, sent: sum(({ sent }) => sent), failed: sum(({ failed }) => failed) };
  });
}

function report(costs: readonly Cost[], gaps: readonly number[]): string {
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
  return [
    `One run on ${cpus().length} processors, under load of every kind: kept and new connections, HTTP/2, rows, uploads, requests of 5 s.`,
    "",
    "| the gateway made anew for | times | requests | failed |",
    "| --- | --- | --- | --- |",
    ...costs.map(({ what, updates, sent, failed }) => `| ${what} | ${updates} | ${sent} | ${failed} |`),
    `| all of them | ${sum(({ updates }) => updates)} | ${sum(({ sent }) => sent)} | ${sum(({ failed }) => failed)} |`,
    "",
    `While the edge is made anew for another port, nobody was answered on either port for ${gaps.map(seconds).join(", ")}.`,
  ].join("\n");
}
