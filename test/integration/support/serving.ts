import assert from "node:assert/strict";
import type { TrafficKinds, TrafficOptions } from "../../../dev/traffic/options.ts";
import { endedEarly } from "../../../dev/traffic/stays.ts";
import { startTraffic, type Traffic } from "../../../dev/traffic/traffic.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";
import { howMany } from "./length.ts";

/**
 * An ordinary run makes 100 requests a second, so that two platforms at a time leave two cores to their updates. A long
 * run has one platform at a time, and makes three times as many.
 */
const requests: TrafficKinds = {
  keepAlive: { connections: 16, perSecond: howMany(60, 200) },
  newConnection: { perSecond: howMany(15, 20) },
  rows: { connections: 4, perSecond: howMany(12, 40) },
  http2: { connections: 2, perSecond: howMany(16, 40) },
  slow: { connections: 2, seconds: 3 },
  uploads: { connections: 1, bytes: 200_000, seconds: 3 },
};
const everyKind: TrafficKinds = {
  ...requests,
  events: { connections: 2, seconds: 600 },
  socket: { connections: 2, perSecond: 8 },
};
/** Every kind except streams that outlast a drain. */
export const shortKinds: TrafficKinds = { ...requests, events: { connections: 2, seconds: 2 } };
/** So little traffic that it can run for half an hour of updates. */
export const lightProbe: TrafficKinds = {
  keepAlive: { connections: 4, perSecond: 20 },
  newConnection: { perSecond: 5 },
  rows: { connections: 2, perSecond: 5 },
};
/** The drain time of the embedded default. */
const drainSeconds = 10;
const mostFailedShown = 20;

/** How to reach a platform that speaks TLS. */
type Secure = Pick<TrafficOptions, "host" | "authority">;

/**
 * Runs `work` under traffic of every kind. Fails if a request failed, if a row is missing or stored twice, or if a
 * stream ended before the drain time of its release was over.
 */
export async function withoutLoss<T>(
  platform: TestPlatform,
  work: (traffic: Traffic) => Promise<T>,
  { kinds = everyKind, maxSeconds = 300, ...by }: { kinds?: TrafficKinds; maxSeconds?: number } & Secure = {},
): Promise<T> {
  const traffic = startTraffic({
    baseUrl: platform.url,
    ...by,
    kinds,
    dropsAllowedAfterSeconds: drainSeconds,
    maxSeconds,
  });
  let result: T;
  try {
    result = await work(traffic);
  } finally {
    await traffic.stop();
  }
  for (const summary of traffic.summaries()) {
    assert.equal(
      summary.failed,
      0,
      `${summary.step}: ${JSON.stringify(summary.failures)} of ${summary.sent} \n${failedOnes(traffic)}`,
    );
    assert.ok(summary.sent > 0, `${summary.step}: no request was sent`);
  }
  assert.deepEqual(endedEarly(traffic.results(), drainSeconds), []);
  // Only these write rows, and not every backend has any.
  if (kinds.rows === undefined && kinds.http2 === undefined) return result;
  const rows = await traffic.verifyRows();
  assert.deepEqual({ missing: rows.missing, duplicated: rows.duplicated }, { missing: [], duplicated: [] });
  return result;
}

/** Colour and backend version that answer at the public address. */
export async function whoAnswers(platform: TestPlatform): Promise<string> {
  // An old worker may still hold a kept connection, and answer once more for the previous release.
  const response = await fetch(`${platform.url}/api/version`, { headers: { connection: "close" } });
  assert.equal(response.status, 200);
  const { color, version } = (await response.json()) as { color: string; version: string };
  return `${color} ${version}`;
}

/** Id, start time and restart count of the serving container. They stay the same unless something touches it. */
export async function servingContainer(platform: TestPlatform): Promise<string> {
  const container = await platform.activeContainer();
  const { Id, RestartCount, State } = await container.inspect();
  return `${Id} ${State.StartedAt} ${RestartCount}`;
}

/** The first failed requests, each with its time since the first request, its duration and its answer. */
function failedOnes(traffic: Traffic): string {
  const results = traffic.results();
  const began = Math.min(...results.map(({ start }) => start));
  const failed = results.filter(({ failure }) => failure !== undefined);
  const lines = failed.slice(0, mostFailedShown).map(({ kind, start, milliseconds, failure, said = "" }) => {
    return `after ${((start - began) / 1000).toFixed(1)} s: ${kind}, ${failure} in ${Math.round(milliseconds)} ms ${said.trim()}`;
  });
  return lines.join("\n");
}
