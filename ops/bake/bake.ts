import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { liveGateway } from "../../gateway/live.ts";
import { verdictNow } from "../../engine/verdict.ts";
import { orMissing } from "../../engine/client.ts";
import { backendHostPrefix, replicaHosts, replicaSuffix } from "../../workload/names.ts";
import { hasPart } from "../../settings/alone.ts";
import { colorOf } from "../../settings/color.ts";
import type { Settings } from "../../settings/parse.ts";
import type { Target } from "../target.ts";
import { describeFigures, judge, type Figures } from "./figures.ts";
import { Prometheus } from "./prometheus.ts";
import { messageOf } from "../../host/message.ts";

/** The platform's figures before a deploy. */
export interface Baseline {
  /** The release that served. */
  release: string;
  /** Undefined if Prometheus doesn't answer. */
  figures: Figures | undefined;
  /** The alerts that fired before the deploy: the new release didn't cause them. */
  alerts: readonly string[];
}

/** What a bake watches, and for how long. */
export interface Watch {
  /** The release that was deployed. */
  release: string;
  baseline: Baseline;
  seconds: number;
}

/** The result of a bake. */
export type BakeResult =
  /** `judged`: at least one look had enough requests to judge the error rate. */
  | { outcome: "well"; judged: boolean; unknown: readonly string[] }
  | { outcome: "broken"; reason: string }
  /** Somebody else moved the route to the release `by`. Undefined: the gateway serves no release. */
  | { outcome: "superseded"; by: string | undefined }
  | { outcome: "interrupted" };

type Superseded = Extract<BakeResult, { outcome: "superseded" }>;

/** Long enough to see the usual mix of requests, and short enough to stay in the same time of day. */
const baselineSeconds = 300;
/** An earlier look has judged everything before this window. Older requests would dilute new errors. */
const windowSeconds = 60;
/** A program that warms up is slow at first. One that is slow at so many looks in a row is broken. */
const slowLooks = 3;

/** What a bake needs besides its {@link Watch}. */
export interface BakeTools {
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Measures the platform before the deploy changes anything. Undefined if no release serves. */
export async function baselineOf(target: Target): Promise<Baseline | undefined> {
  const docker = target.docker();
  const live = await liveGateway(docker, target.stack, "by name");
  const release = live?.record.active;
  if (live === undefined || release === undefined) return undefined;
  const prometheus = new Prometheus(live.gateway.container, target.prefix);
  try {
    const backends = backendsOf(docker, target, release);
    const inspected = await Promise.all(backends.map((backend) => backend.inspect()));
    const [figures, alerts] = await Promise.all([
      prometheus.figures(instancesOf(inspected, target.settings()), baselineSeconds),
      prometheus.firingAlerts(),
    ]);
    return { release, figures, alerts };
  } catch {
    // No message here: the first look of the bake asks the same, and reports the error.
    return { release, figures: undefined, alerts: [] };
  }
}

/**
 * Watches the new release of a deploy: its container, its error rate, its latency, and new alerts. It ends at once if
 * the release is broken. It doesn't judge a release that the route has left: moving the route also removes the
 * container.
 */
export async function bake(target: Target, watch: Watch, { say, signal }: BakeTools): Promise<BakeResult> {
  const { release, baseline, seconds } = watch;
  const settings = target.settings();
  const docker = target.docker();
  const first = await routeTo(docker, target, release);
  if (first !== undefined && "outcome" in first) return first;
  const backends = backendsOf(docker, target, release);
  // One that is gone already is broken, as the first look finds.
  const inspected = await Promise.all(backends.map((backend) => orMissing(backend.inspect())));
  const instances = instancesOf(inspected, settings);
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
      for (const [at, backend] of backends.entries()) {
        const verdict = await verdictNow(backend, inspected[at]?.RestartCount ?? 0);
        if (verdict !== "healthy" && verdict !== "starting")
          return await broken(docker, target, release, `${release}${replicaSuffix(at + 1)} ${verdict}`);
      }
      // One scrape interval more, so that the growth since the last sample before the window counts.
      const window = Math.min(elapsed, windowSeconds) + settings.monitoring.scrapeIntervalSeconds;
      const prometheus = new Prometheus(gateway.container, target.prefix);
      const figures = await prometheus.figures(instances, window);
      const judgement = judge(figures, baseline.figures, settings.bake);
      const alerts = (await prometheus.firingAlerts()).filter((alert) => !baseline.alerts.includes(alert));
      say(`  ${elapsed} s: ${describeFigures(figures)}`);
      slow = judgement.latency === undefined ? 0 : slow + 1;
      const reason =
        judgement.errors ??
        (slow >= slowLooks ? judgement.latency : undefined) ??
        (alerts[0] && `the alert ${alerts[0]} fires`);
      if (reason !== undefined) return await broken(docker, target, release, `${release}: ${reason}`);
      unknown = backends.length > 0 ? judgement.unknown : ["a release without a backend has no figures"];
      judged ||= judgement.hasRequests;
    } catch (error) {
      unknown = [messageOf(error)];
      say(`  ${elapsed} s: ${unknown.join("; ")}`);
    }
  }
}

/** The gateway, if it routes to the release. Undefined if no gateway serves, for example while it restarts. */
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
 * Ends a bake that found something wrong.
 *
 * @throws Error if the gateway serves nothing any more: the release may not be the cause then
 */
async function broken(docker: Docker, target: Target, release: string, reason: string): Promise<BakeResult> {
  // A look takes seconds. Meanwhile somebody else's switch may have stopped the release's container.
  const gateway = await routeTo(docker, target, release);
  if (gateway === undefined) throw new Error(`the gateway serves nothing, and ${reason}`);
  return "outcome" in gateway ? gateway : { outcome: "broken", reason };
}

/** Returns the containers of a release's backend; none if its colour has no backend. */
export function backendsOf(docker: Docker, target: Target, release: string): Docker.Container[] {
  const settings = target.settings();
  if (!hasPart(settings, colorOf(release), "backend")) return [];
  const names = replicaHosts(backendHostPrefix(target.prefix), release, settings.backend.replicas);
  return names.map((name) => docker.getContainer(name));
}

/** Returns the `instance` labels that Prometheus gives them. */
function instancesOf(
  backends: readonly (Docker.ContainerInspectInfo | undefined)[],
  settings: Settings,
): string[] {
  return backends.map((backend) => {
    const address = backend?.NetworkSettings.Networks[settings.network.name]?.IPAddress;
    return `${address ?? "unknown"}:${settings.backend.port}`;
  });
}

/** @returns false if interrupted. */
async function pause(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(seconds * 1000, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
