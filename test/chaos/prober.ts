import { setTimeout as sleep } from "node:timers/promises";
import type { TrafficKinds } from "../../dev/traffic/options.ts";
import type { Result } from "../../dev/traffic/results.ts";
import { startTraffic, type Traffic } from "../../dev/traffic/traffic.ts";

const busy: TrafficKinds = {
  keepAlive: { connections: 6, perSecond: 24 },
  newConnection: { perSecond: 8 },
  rows: { connections: 2, perSecond: 6 },
};
/** Each sends a request every nine seconds: nginx may close it after ten. Old workers answer on it once more. */
const idle: TrafficKinds = { keepAlive: { connections: 9, perSecond: 1 } };
/** Lengths of the long requests, as parts of the drain. They differ, so that one always runs when the route moves. */
const partsOfDrain = [0.8, 0.7, 0.6, 0.5];
const maxSeconds = 6 * 60 * 60;
const maxRequests = 2_000_000;
/** The longest outage that a fault may cause, including the start of every container. */
const outageSeconds = 180;
const steadyMilliseconds = 3000;
const pollMilliseconds = 250;
const shownFailures = 5;

/** A time in which the test itself caused an outage. */
interface Window {
  fault: string;
  /** The only kind of requests that may fail. Default: any */
  only?: Result["kind"] | undefined;
  start: number;
  end: number;
}

/** How long the platform was down after a fault. */
export interface Outage {
  fault: string;
  seconds: number;
  failed: number;
  /** Kind and error of the last failed request. */
  last: string | undefined;
}

/**
 * Sends traffic to the gateway all the time: busy, idle and new connections, rows, long requests. Excuses a failure
 * only if it overlaps an outage that the test caused.
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
   * Runs `work`, which interrupts the service, and excuses failures until the platform answers steadily again.
   *
   * @param only the only kind of requests that may fail. Default: any
   * @throws when it doesn't answer steadily within 180 s.
   */
  async during(fault: string, work: () => Promise<void>, only?: Result["kind"]): Promise<void> {
    const window = { fault, only, start: performance.now(), end: Infinity };
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

  /** The failures since the last call that no outage excuses, one line each. */
  unexcused(): string[] {
    const failures: Result[] = [];
    for (const result of this.newResults()) {
      if (result.failure === undefined) continue;
      const window = this.windows.find(
        ({ start, end, only = result.kind }) =>
          only === result.kind && result.start <= end && result.start + result.milliseconds >= start,
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

  /** Stops the traffic and waits for the running requests. */
  async stop(): Promise<void> {
    await Promise.all(this.traffics.map(({ traffic }) => traffic.stop()));
  }

  /** Acknowledged rows that are missing, or stored twice. */
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

  /** Number of requests, acknowledged rows and excused failures. */
  get totals(): { sent: number; rows: number; excused: number } {
    const results = this.traffics.flatMap(({ traffic }) => [...traffic.results()]);
    const rows = results.filter(({ row, failure }) => row !== undefined && failure === undefined).length;
    return { sent: results.length, rows, excused: this.excused.length };
  }

  /** The outage of each fault: from the end of its first failed request to the end of its last one. */
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
