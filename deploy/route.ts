import type Docker from "dockerode";
import { routeScript, type Route } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { inShell } from "../engine/shell.ts";
import { colorOf } from "../settings/color.ts";
import { candidateRecord, generationFiles, type Passwords } from "../gateway/candidate.ts";
import { dateFrontends } from "../gateway/dated-frontends.ts";
import { drained } from "../gateway/drain.ts";
import { GatewayContainer } from "../gateway/gateway.ts";
import { checkGuarded, orCanaryHint, reachesAlike } from "../gateway/guarded-check.ts";
import { nginxUid } from "../gateway/layout.ts";
import { runningGateways, standIn } from "../gateway/live.ts";
import { routeDigest, whileNoted, type RouteNote } from "../gateway/route-note.ts";
import { getReady } from "../gateway/ready.ts";
import { startedGateway } from "../gateway/started.ts";
import { keepRejected, rejectedReleases } from "../gateway/rejected.ts";
import { recordByName, servingReleases, type GenerationRecord } from "../gateway/record.ts";
import { tellServing } from "../gateway/serving.ts";
import { smokeCheck } from "../gateway/smoke.ts";
import { takeOver } from "../gateway/take-over.ts";
import { goBack, servingInWords } from "../gateway/way-back.ts";
import { waitUntilHealthy } from "../gateway/target.ts";
import { runScript } from "./input.ts";
import { messageOf } from "../host/message.ts";
import { containerName } from "../engine/containers.ts";
import { hasNoBackend } from "../render/nginx/alone.ts";
import { ofStack, roles } from "../workload/labels.ts";
import { replicaHosts } from "../workload/names.ts";

const proofSeconds = 10;
const keptGenerations = 10;

/** The route that the update asks for. */
interface Wanted {
  stack: string;
  route: Route;
  active: string;
  standby: string | undefined;
  guardToken: string;
  passwords: Passwords["passwords"];
}

await runScript(routeScript, async (given) => {
  const { route, stack } = given;
  const { guardToken, passwords } = await given.stdin();
  const wanted = {
    stack,
    route,
    guardToken,
    passwords,
    active: given.activeRelease,
    standby: given.standbyRelease,
  };
  const docker = connectEngine();
  const found = await startedGateway(docker, stack, given.gateway);
  const others = (await runningGateways(docker, stack)).filter(({ id }) => id !== found.id);
  const { container } = found.gateway;
  await inShell(container, longestSeconds(route), async (exec) => {
    const gateway = new GatewayContainer(container, exec);
    await whileNoted(exec, routeDigest(process.env), async (note) => {
      await takeOver(gateway, others, { ...route, guardToken });
      const substitute = await standIn(docker, stack);
      await substitute?.gateway.quit(proofSeconds);
      const finishing = [...others, ...(substitute === undefined ? [] : [substitute])];
      const gateways = { gateway, others: finishing.map((other) => other.gateway) };
      await bringTo(docker, gateways, wanted, note);
    });
  });
});

/** The gateway whose route moves, and those that only finish their connections. */
interface Gateways {
  gateway: GatewayContainer;
  others: readonly GatewayContainer[];
}

/** More than all steps can take: two releases' health and smoke checks, before and after the move, and the drain. */
function longestSeconds({ smoke, drainSeconds }: Route): number {
  const smokeSeconds = smoke.checks.length * smoke.attempts * smoke.timeoutSeconds;
  return 600 + 4 * smokeSeconds + drainSeconds;
}

async function bringTo(
  docker: Docker,
  { gateway, others }: Gateways,
  wanted: Wanted,
  note: RouteNote,
): Promise<void> {
  const { stack, route, active, standby, guardToken, passwords } = wanted;
  const live = await liveRecord(gateway, guardToken);
  const rejected = new Set((await rejectedReleases(gateway.exec)).keys());
  const candidate = candidateRecord(route, { active, standby, guardToken, passwords }, live, rejected);
  for (const release of servingReleases(candidate)) {
    for (const name of containersOf(route, release))
      await orCanaryHint(stack, candidate, release, waitUntilHealthy(docker, name));
  }

  const releases = [active, ...(standby ? [standby] : [])];
  const wantedContainers = releases.flatMap((release) => containersOf(route, release));
  // The release that doesn't serve yet. It already gets the name `standby`: if a check fails, the operator can look at
  // the release by that name.
  const next = releases.find((release) => colorOf(release) !== colorOf(live.active ?? active));
  const nameNext = (): Promise<void> => gateway.nameReleases(releaseNames(releases, next));
  await nameNext();

  const finish = async (): Promise<void> => {
    await note.mustBeOwn();
    await tellServing(gateway.exec, active);
    if (next !== standby) await gateway.nameReleases(releaseNames(releases, standby));
    if (await somethingGoesAway(docker, stack, wantedContainers))
      await drained([gateway, ...others], route.drainSeconds);
    await gateway.noteRouted();
    await keepRejected(gateway.exec, candidate.keptReleases);
    await gateway.prune(keptGenerations);
    await note.done();
  };
  if (candidate.digest === live.digest) {
    // A killed step may have moved the pointer and not yet reloaded: nginx would serve another release after a restart.
    if (note.wasKilled) await gateway.activate(live.generation, proofSeconds, note.guard);
    await finish();
    return;
  }
  await dateFrontends(docker, { container: gateway.container, exec: gateway.exec, stack }, releases);
  const from = await getReady({ gateway, stack, note }, wanted, { live, candidate, rejected });
  await stage(gateway, wanted, from, candidate, note);
  await move(gateway, wanted, from, candidate, { finish, nameNext, note });
}

/**
 * The record of the generation that serves. If it can't be read, as after a power cut, the generation's name still
 * tells the release. An error here would block every update, and a rollback too.
 */
async function liveRecord(gateway: GatewayContainer, guardToken: string): Promise<GenerationRecord> {
  try {
    return await gateway.servingRecord();
  } catch (error) {
    const record = recordByName(error);
    // Every generation has the same token, except the one without a release, which has none.
    return record.active === undefined ? record : { ...record, guardToken };
  }
}

/** The names by which a request can ask for a release. */
function releaseNames(wanted: string[], standby: string | undefined): Record<string, string> {
  return {
    ...Object.fromEntries(
      wanted.flatMap((release) => [release, colorOf(release)].map((name) => [name, release])),
    ),
    ...(standby !== undefined && { standby }),
  };
}

/** Writes the candidate beside the live generation and checks its releases. For clients nothing changes. */
async function stage(
  gateway: GatewayContainer,
  wanted: Wanted,
  live: GenerationRecord,
  candidate: GenerationRecord,
  note: RouteNote,
): Promise<void> {
  const { route, passwords } = wanted;
  try {
    await gateway.stage(candidate, generationFiles(route, candidate, { passwords }), nginxUid);
    // Before the first route there is no guarded route, and no traffic to protect.
    if (live.guardToken === undefined) return;
    if (reachesAlike(live, candidate)) await checkGuarded(gateway, wanted, candidate, live);
    await note.mustBeOwn();
  } catch (error) {
    await discard(gateway, candidate);
    throw new Error(
      `the route was not moved to ${candidate.active ?? ""}, ${servingInWords(live)} goes on serving. ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/**
 * Moves the route to the candidate. If the check or a later step fails, the route goes back: a failed update must leave
 * the former state, so that it is enough to revert the config.
 */
async function move(
  gateway: GatewayContainer,
  wanted: Wanted,
  live: GenerationRecord,
  candidate: GenerationRecord,
  { finish, nameNext, note }: { finish: () => Promise<void>; nameNext: () => Promise<void>; note: RouteNote },
): Promise<void> {
  const { stack, route } = wanted;
  const release = candidate.active ?? "";
  const token = candidate.guardToken ?? "";
  const check = { host: route.serverName, smoke: route.smoke, release, token };
  try {
    await gateway.activate(candidate.generation, proofSeconds, note.guard);
    if (live.guardToken !== undefined && !reachesAlike(live, candidate))
      await checkGuarded(gateway, wanted, candidate, candidate);
    await smokeCheck(gateway.exec, { ...check, route: "public" });
    await finish();
  } catch (error) {
    await goBack({ gateway, stack, note }, live, proofSeconds, error);
    // The name only helps the operator to look at the release. If it can't be set, that must not hide the failure.
    await nameNext().catch(() => undefined);
    await discard(gateway, candidate);
    throw new Error(
      `the route went back from ${release}, ${servingInWords(live)} serves again. ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function discard(gateway: GatewayContainer, candidate: GenerationRecord): Promise<void> {
  // A later prune removes what stays here. This failure must not hide the one that led here.
  await gateway.discard(candidate.generation).catch(() => undefined);
}

/**
 * True if the engine runs a release's container that the platform no longer names. The update deletes it right after
 * this script, so the gateway's old workers must have finished with it. The engine is asked, so the answer is right on a
 * retry too.
 */
async function somethingGoesAway(docker: Docker, stack: string, wanted: string[]): Promise<boolean> {
  const containers = await docker.listContainers({ filters: { label: ofStack(stack, roles.release) } });
  return containers.some((container) => !wanted.includes(containerName(container)));
}

/** Names of a release's containers; none if it has no backend. */
function containersOf(route: Route, release: string): string[] {
  const { backendHostPrefix, replicas = 1 } = route;
  return hasNoBackend(route, colorOf(release)) ? [] : replicaHosts(backendHostPrefix, release, replicas);
}
