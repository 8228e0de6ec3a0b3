import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { liveGateway } from "../../gateway/live.ts";
import { verdictNow } from "../../deploy/verdict.ts";
import { orMissing } from "../../engine/client.ts";
import { backendPort } from "../../render/nginx.ts";
import { backendHostPrefix } from "../../workload/names.ts";
import type { Settings } from "../../settings/parse.ts";
import type { Target } from "../target.ts";
import { describeFigures, judge, type Figures } from "./figures.ts";
import { Prometheus } from "./prometheus.ts";
import { messageOf } from "../../host/message.ts";

/** What is known of the time before a deploy. */
export interface Baseline {
  /** The release that served. */
  release: string;
  /** Undefined where Prometheus doesn't say. */
  figures: Figures | undefined;
  /** The alerts that fired already: they are nobody's fault. */
  alerts: readonly string[];
}

/** What to watch. */
export interface Watch {
  /** The release that was deployed. */
  release: string;
  baseline: Baseline;
  seconds: number;
}

/** How a bake ended. */
export type BakeResult =
  /** `judged`: at one look at least there were requests enough to say that few of them failed. */
  | { outcome: "well"; judged: boolean; unknown: readonly string[] }
  | { outcome: "broken"; reason: string }
  /** Somebody else moved the route, to another release or, where that is undefined, to none. */
  | { outcome: "superseded"; by: string | undefined }
  | { outcome: "interrupted" };

type Superseded = Extract<BakeResult, { outcome: "superseded" }>;

/** Enough to have seen the usual mix of requests, and short enough to be the same time of day. */
const baselineSeconds = 300;
/** What happened earlier than this in a bake was judged then, and must not thin out what happens now. */
const windowSeconds = 60;
/** A program that warms up is slow for a while; one that stays slow is broken. */
const slowLooks = 3;

/** What a bake works with. */
export interface BakeTools {
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Notes what is usual, before anything moves; undefined where nothing serves. */
export async function baselineOf(target: Target): Promise<Baseline | undefined> {
  const docker = target.docker();
  const live = await liveGateway(docker, target.stack, "by name");
  const release = live?.record.active;
  if (live === undefined || release === undefined) return undefined;
  const prometheus = new Prometheus(live.gateway.container, target.prefix);
  try {
    const instance = await instanceOf(backendOf(docker, target, release), target.settings());
    const [figures, alerts] = await Promise.all([
      prometheus.figures(instance, baselineSeconds),
      prometheus.firingAlerts(),
    ]);
    return { release, figures, alerts };
  } catch {
    // Said at the first look of the bake, which asks the same.
    return { release, figures: undefined, alerts: [] };
  }
}

/**
 * Watches the release that a deploy has brought, and ends at once where it is broken: its container, the share of requests
 * that fail, how long they take, alerts that fire since. One that the route doesn't lead to any more isn't judged: whoever
 * moved the route also has its container removed.
 */
export async function bake(target: Target, watch: Watch, { say, signal }: BakeTools): Promise<BakeResult> {
  const { release, baseline, seconds } = watch;
  const settings = target.settings();
  const docker = target.docker();
  const first = await routeTo(docker, target, release);
  if (first !== undefined && "outcome" in first) return first;
  const backend = backendOf(docker, target, release);
  const instance = await instanceOf(backend, settings);
  const restarts = (await orMissing(backend.inspect()))?.RestartCount ?? 0;
  const began = Date.now();
  const look = Math.min(settings.monitoring.scrapeIntervalSeconds, 15);
  say(
    `Watching ${release} for ${seconds} s. Before, ${baseline.release}: ${baseline.figures ? describeFigures(baseline.figures) : "no figures"}.`,
  );
  let unknown: readonly string[] = ["the time is too short for any figure"];
  let judged = false;
  let served = true;
  let slow = 0;
  for (;;) {
    const left = seconds - (Date.now() - began) / 1000;
    if (left <= 0)
      return served ? { outcome: "well", judged, unknown } : { outcome: "superseded", by: undefined };
    if (!(await pause(Math.min(look, left), signal))) return { outcome: "interrupted" };
    const elapsed = Math.round((Date.now() - began) / 1000);
    try {
      const gateway = await routeTo(docker, target, release);
      served = gateway !== undefined;
      if (gateway === undefined) throw new Error("the gateway serves nothing");
      if ("outcome" in gateway) return gateway;
      const verdict = await verdictNow(backend, restarts);
      if (verdict !== "healthy" && verdict !== "starting")
        return await broken(docker, target, release, `${release} ${verdict}`);
      // A scrape's time further back, so that the growth since the last sample before it counts.
      const window = Math.min(elapsed, windowSeconds) + settings.monitoring.scrapeIntervalSeconds;
      const prometheus = new Prometheus(gateway.container, target.prefix);
      const figures = await prometheus.figures(instance, window);
      const judgement = judge(figures, baseline.figures, settings.bake);
      const alerts = (await prometheus.firingAlerts()).filter((alert) => !baseline.alerts.includes(alert));
      say(`  ${elapsed} s: ${describeFigures(figures)}`);
      slow = judgement.latency === undefined ? 0 : slow + 1;
      const reason =
        judgement.errors ??
        (slow >= slowLooks ? judgement.latency : undefined) ??
        (alerts[0] && `the alert ${alerts[0]} fires`);
      if (reason !== undefined) return await broken(docker, target, release, `${release}: ${reason}`);
      unknown = judgement.unknown;
      judged ||= judgement.hasRequests;
    } catch (error) {
      unknown = [messageOf(error)];
      say(`  ${elapsed} s: ${unknown.join("; ")}`);
    }
  }
}

/** The gateway, while it leads to a release; undefined where none serves anything, as while it is started again. */
async function routeTo(
  docker: Docker,
  { stack }: Target,
  release: string,
): Promise<{ container: Docker.Container } | Superseded | undefined> {
  const live = await liveGateway(docker, stack, "by name");
  const active = live?.record.active;
  if (live === undefined || active === undefined) return undefined;
  return active === release ? live.gateway : { outcome: "superseded", by: active };
}

/**
 * The end of a bake that found something wrong.
 *
 * @throws Error where nothing is served any more, and so nobody knows whose fault that is
 */
async function broken(docker: Docker, target: Target, release: string, reason: string): Promise<BakeResult> {
  // A look takes seconds, in which somebody else's switch may have ended what was looked at.
  const gateway = await routeTo(docker, target, release);
  if (gateway === undefined) throw new Error(`the gateway serves nothing, and ${reason}`);
  return "outcome" in gateway ? gateway : { outcome: "broken", reason };
}

/** The container of a release's backend. */
export function backendOf(docker: Docker, target: Target, release: string): Docker.Container {
  return docker.getContainer(`${backendHostPrefix(target.prefix)}${release}`);
}

/** What Prometheus calls a release's backend. */
async function instanceOf(backend: Docker.Container, settings: Settings): Promise<string> {
  const { NetworkSettings } = await backend.inspect();
  const address = NetworkSettings.Networks[settings.network.name]?.IPAddress;
  return `${address ?? "unknown"}:${backendPort}`;
}

/** @returns false where it was interrupted. */
async function pause(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(seconds * 1000, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
