import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { liveGateway } from "../../deploy/gateway/live.ts";
import { verdictNow } from "../../deploy/verdict.ts";
import { orMissing } from "../../engine/client.ts";
import { backendPort } from "../../render/nginx.ts";
import { backendHostPrefix } from "../../workload/names.ts";
import type { Settings } from "../../settings/parse.ts";
import type { Target } from "../target.ts";
import { describeFigures, judge, type Figures } from "./figures.ts";
import { Prometheus } from "./prometheus.ts";

/** What is known of the time before a deploy. */
export interface Baseline {
  /** The release that served. */
  release: string;
  /** Undefined where Prometheus doesn't say. */
  figures: Figures | undefined;
  /** The alerts that fired already: they are nobody's fault. */
  alerts: readonly string[];
}

/** How a bake ended. */
export type BakeResult =
  | { outcome: "well"; unknown: readonly string[] }
  | { outcome: "broken"; reason: string }
  | { outcome: "interrupted" };

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
      prometheus.figures(instance, baselineSeconds, new Date()),
      prometheus.firingAlerts(),
    ]);
    return { release, figures, alerts };
  } catch {
    // Said at the first look of the bake, which asks the same.
    return { release, figures: undefined, alerts: [] };
  }
}

/**
 * Watches the release that serves since a deploy, and ends at once where it is broken: its container, the share of
 * requests that fail, how long they take, alerts that fire since.
 */
export async function bake(
  target: Target,
  baseline: Baseline,
  seconds: number,
  { say, signal }: BakeTools,
): Promise<BakeResult> {
  const settings = target.settings();
  const docker = target.docker();
  const live = await liveGateway(docker, target.stack, "by name");
  const release = live?.record.active;
  if (live === undefined || release === undefined)
    return { outcome: "broken", reason: "the gateway serves nothing" };
  const backend = backendOf(docker, target, release);
  const prometheus = new Prometheus(live.gateway.container, target.prefix);
  const instance = await instanceOf(backend, settings);
  const restarts = (await orMissing(backend.inspect()))?.RestartCount ?? 0;
  const began = Date.now();
  const look = Math.min(settings.monitoring.scrapeIntervalSeconds, 15);
  say(
    `Watching ${release} for ${seconds} s. Before, ${baseline.release}: ${baseline.figures ? describeFigures(baseline.figures) : "no figures"}.`,
  );
  let unknown: readonly string[] = ["the time is too short for any figure"];
  let slow = 0;
  for (;;) {
    const left = seconds - (Date.now() - began) / 1000;
    if (left <= 0) return { outcome: "well", unknown };
    if (!(await pause(Math.min(look, left), signal))) return { outcome: "interrupted" };
    const elapsed = Math.round((Date.now() - began) / 1000);
    try {
      const verdict = await verdictNow(backend, restarts);
      if (verdict !== "healthy" && verdict !== "starting")
        return { outcome: "broken", reason: `${release} ${verdict}` };
      // A scrape's time further back, so that the growth since the last sample before it counts.
      const window = Math.min(elapsed, windowSeconds) + settings.monitoring.scrapeIntervalSeconds;
      const figures = await prometheus.figures(instance, window, new Date());
      const judgement = judge(figures, baseline.figures, settings.bake);
      const alerts = (await prometheus.firingAlerts()).filter((alert) => !baseline.alerts.includes(alert));
      say(`  ${elapsed} s: ${describeFigures(figures)}`);
      slow = judgement.latency === undefined ? 0 : slow + 1;
      const reason =
        judgement.errors ??
        (slow >= slowLooks ? judgement.latency : undefined) ??
        (alerts[0] && `the alert ${alerts[0]} fires`);
      if (reason !== undefined) return { outcome: "broken", reason: `${release}: ${reason}` };
      unknown = judgement.unknown;
    } catch (error) {
      unknown = [error instanceof Error ? error.message : String(error)];
      say(`  ${elapsed} s: ${unknown.join("; ")}`);
    }
  }
}

function backendOf(docker: Docker, target: Target, release: string): Docker.Container {
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
