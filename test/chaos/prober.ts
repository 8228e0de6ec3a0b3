import { setTimeout as sleep } from "node:timers/promises";
import type { TrafficKinds } from "../../dev/traffic/options.ts";
import type { Result } from "../../dev/traffic/results.ts";
import { startTraffic, type Traffic } from "../../dev/traffic/traffic.ts";

const busy: TrafficKinds = {
  keepAlive: { connections: 6, perSecond: 24 },
  newConnection: { perSecond: 8 },
  rows: { connections: 2, perSecond: 6 },
};
/** Connections that are asked every nine seconds, one before nginx may close them: old workers answer on them once more. */
const idle: TrafficKinds = { keepAlive: { connections: 9, perSecond: 1 } };
/** Long requests, as parts of the drain: one always runs when a release is superseded. Of different lengths, out of step. */
const partsOfDrain = [0.8, 0.7, 0.6, 0.5];
const maxSeconds = 6 * 60 * 60;
const maxRequests = 2_000_000;
/** An outage that the fault itself makes must end by then, the start of every container included. */
const outageSeconds = 180;
const steadyMilliseconds = 3000;
const pollMilliseconds = 250;
const shownFailures = 5;

/** A time in which what serves was killed by the test itself. */
interface Window {
  fault: string;
  start: number;
  end: number;
}

/** How long the platform was away after a fault. */
export interface Outage {
  fault: string;
  seconds: number;
  failed: number;
  /** What failed last, and how. */
  last: string | undefined;
}

/**
 * Asks the gateway all the time: busy, idle and new connections, rows, long requests. A failure is excused only where it
 * overlaps a window that a fault opened.
 */
export class Prober {
  private readonly traffics: { traffic: Traffic; seen: number }[];
  private readonly windows: Window[] = [];
  private readonly url: string;
  private excused: (Result & { fault: string })[] = [];

  constructor(url: string, drainSeconds: number) {
    this.url = url;
    const long = partsOfDrain.map((part): TrafficKinds => ({
      slow: { connections: 1, seconds: Math.floor(part * drainSeconds) },
    }));
    this.traffics = [busy, idle, ...long].map((kinds) => ({
      traffic: startTraffic({ baseUrl: url, kinds, maxSeconds, maxRequests, timeoutSeconds: 20 }),
      seen: 0,
    }));
  }

  /**
   * Does something that kills what serves, and excuses failures until the platform answers steadily again.
   *
   * @throws when it doesn't within the bound.
   */
  async during(fault: string, work: () => Promise<void>): Promise<void> {
    const window = { fault, start: performance.now(), end: Infinity };
    this.windows.push(window);
    await work();
    const deadline = performance.now() + outageSeconds * 1000;
    let well = performance.now();
    while (performance.now() - well < steadyMilliseconds) {
      if (!(await this.answersWell())) well = performance.now();
      if (performance.now() > deadline) {
        throw new Error(`${fault}: the platform doesn't answer steadily ${outageSeconds} s later`);
      }
      await sleep(pollMilliseconds);
    }
    window.end = performance.now();
  }

  /** The failures since it was last asked that no window excuses, each in a line. */
  unexcused(): string[] {
    const failures: Result[] = [];
    for (const result of this.newResults()) {
      if (result.failure === undefined) continue;
      const window = this.windows.find(
        ({ start, end }) => result.start <= end && result.start + result.milliseconds >= start,
      );
      if (window === undefined) failures.push(result);
      else this.excused.push({ ...result, fault: window.fault });
    }
    const lines = failures.map(
      ({ kind, failure = "", milliseconds }) => `${kind}: ${failure} after ${Math.round(milliseconds)} ms`,
    );
    return lines.length <= shownFailures
      ? lines
      : [...lines.slice(0, shownFailures), `and ${lines.length - shownFailures} more`];
  }

  /** Makes no more requests, and waits for those that run. */
  async stop(): Promise<void> {
    await Promise.all(this.traffics.map(({ traffic }) => traffic.stop()));
  }

  /** Rows that were acknowledged and are not there, or there twice. */
  async wrongRows(): Promise<string[]> {
    const checks = await Promise.all(this.traffics.map(({ traffic }) => traffic.verifyRows()));
    const [missing, duplicated] = [
      checks.flatMap((one) => one.missing),
      checks.flatMap((one) => one.duplicated),
    ];
    return [
      ...missing.map((id) => `row ${id} is missing`),
      ...duplicated.map((id) => `row ${id} is there twice`),
    ];
  }

  /** How many requests were made, how many rows acknowledged. */
  get totals(): { sent: number; rows: number; excused: number } {
    const results = this.traffics.flatMap(({ traffic }) => [...traffic.results()]);
    const rows = results.filter(({ row, failure }) => row !== undefined && failure === undefined).length;
    return { sent: results.length, rows, excused: this.excused.length };
  }

  /** Each fault's outage: from the first request that it failed to the last one. */
  outages(): Outage[] {
    return this.windows.map(({ fault, start, end }) => {
      const failed = this.excused.filter(
        (result) => result.start <= end && result.start + result.milliseconds >= start,
      );
      const ends = failed.map((result) => result.start + result.milliseconds);
      const [first, last] = [Math.min(...ends), Math.max(...ends)];
      const latest = failed[ends.indexOf(last)];
      return {
        fault,
        failed: failed.length,
        seconds: failed.length === 0 ? 0 : (last - first) / 1000,
        last: latest && `${latest.kind}: ${latest.failure ?? ""}`,
      };
    });
  }

  private newResults(): Result[] {
    return this.traffics.flatMap((one) => {
      const results = one.traffic.results().slice(one.seen);
      one.seen += results.length;
      return results;
    });
  }

  private async answersWell(): Promise<boolean> {
    const answers = await Promise.all(
      ["/", "/api/version", "/api/actuator/health"].map(async (path) => {
        try {
          const signal = AbortSignal.timeout(5000);
          const answer = await fetch(`${this.url}${path}`, { headers: { connection: "close" }, signal });
          await answer.arrayBuffer();
          return answer.ok;
        } catch {
          return false;
        }
      }),
    );
    return answers.every(Boolean);
  }
}
