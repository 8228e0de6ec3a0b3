import type Docker from "dockerode";
import { isClosed } from "../../gateway/maintenance.ts";
import { liveGateway, runningGateway, type LiveGateway } from "../../gateway/live.ts";
import { colorOf } from "../../settings/color.ts";
import type { Settings } from "../../settings/index.ts";
import { hostUrl, publicUrl } from "../../settings/public-url.ts";
import { tagsInWords } from "../../settings/parts.ts";
import { containerName } from "../../engine/containers.ts";
import { deployInWords } from "../deploy/journal.ts";
import { pendingInConfig } from "./pending.ts";
import { addressInWords } from "./address.ts";
import { certificateInWords } from "./certificate.ts";
import { deadInWords, missingInWords } from "./containers.ts";
import type { Status } from "./facts.ts";
import type { OpsCommand } from "../command.ts";
import { unfinishedUpdate } from "../recover/idle.ts";
import { releaseNotes } from "../release-notes.ts";
import type { Target } from "../target.ts";
import { messageOf } from "../../host/message.ts";
import { ofStack, releaseOf } from "../../workload/labels.ts";
import { isOurs } from "../../workload/ours.ts";
import { opsLine, pulumiLine, recoverLine, type ForStack } from "../../settings/commands.ts";
import { edgeDown } from "../../gateway/edge-down.ts";

const routeGivenUp =
  "the gateway goes on, but its route was given up, as by a pulumi destroy that runs or was killed";

/** `npm run ops -- status`. */
export const status: OpsCommand = {
  summary: "shows which release serves, and every container of the stack; fails where none serves",
  options: [["--json", "as JSON on standard output; with npm run --silent, nothing else is there"]],
  examples: [
    ["--stack prod", "what serves, by tag and age"],
    ["--json --stack prod", "the same for a program"],
  ],
  onlyLooks: () => true,
  async run(target, values, say) {
    const { status: found, live } = await look(target, "told");
    const settings = settingsOf(target);
    const { notes, problem } = live === undefined ? {} : await notesOf(live);
    const dead = deadInWords(found);
    const status = {
      ...found,
      ...(notes && { notes }),
      problem: found.problem ?? dead ?? problem,
      ...bySettings(target, found.route, notes),
      ...deployOf(target),
      ...(await updateOf(target)),
      ...(live && (await closedOf(live, settings))),
      ...(await certificateInWords(target, settings)),
    };
    const { stack } = target;
    const serves = status.route !== undefined && dead === undefined;
    say(
      values["json"] === true
        ? JSON.stringify({ stack, serves, ...status }, null, 2)
        : describe(status, target),
    );
    if (!serves) throw new Error(notServing(status, target));
  },
};

/**
 * Asks the engine and the gateway for the status.
 *
 * @param silence what to do if the gateway doesn't answer: throw (`refused`), or set `problem` (`told`). Default: throw
 */
export async function readStatus(target: Target, silence: "refused" | "told" = "refused"): Promise<Status> {
  return (await look(target, silence)).status;
}

async function look(
  target: Target,
  silence: "refused" | "told",
): Promise<{ status: Status; live: LiveGateway | undefined }> {
  const docker = target.docker();
  const filters = { label: ofStack(target.stack) };
  const labelled = await docker.listContainers({ all: true, filters });
  const containers = labelled.filter((one) => isOurs(target.stack, one));
  const { live, problem } = await askGateway(docker, target.stack, silence);
  const cutOff = edgeDown(containers);
  const status: Status = {
    // Who can't be reached serves nobody, whatever it routes to.
    route: cutOff === undefined ? live?.record.active : undefined,
    problem: cutOff ?? problem ?? live?.unreadable,
    canary: live?.record.canary,
    keptReleases: live?.record.keptReleases ?? [],
    containers: containers.map(describeContainer).sort((left, right) => left.name.localeCompare(right.name)),
  };
  return { status, live };
}

/** Whether it is closed by the operator's command, or to be so by the settings. A silent gateway has its own line. */
async function closedOf(
  { gateway }: LiveGateway,
  settings: Settings | undefined,
): Promise<Pick<Status, "closed">> {
  const bySettings = settings?.gateway.maintenance.on === true;
  return bySettings || (await isClosed(gateway.exec).catch(() => false)) ? { closed: true } : {};
}

/** Returns the releases' notes, and a problem if some are unreadable. */
async function notesOf({ gateway }: LiveGateway): Promise<Pick<Status, "notes" | "problem">> {
  try {
    const { notes, unreadable } = await releaseNotes(gateway.container);
    const [first] = unreadable;
    return { notes, ...(first !== undefined && { problem: `the note of ${first} can't be read` }) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

async function askGateway(
  docker: Docker,
  name: string,
  silence: "refused" | "told",
): Promise<{ live?: LiveGateway | undefined; problem?: string }> {
  try {
    const live = await liveGateway(docker, name, "by name");
    if (live !== undefined || (await runningGateway(docker, name)) === undefined) return { live };
    return { problem: routeGivenUp };
  } catch (error) {
    if (silence === "refused") throw error;
    return { problem: messageOf(error) };
  }
}

/** Describes the status as text. */
export function describe(status: Status, target: ForStack): string {
  const { route, problem, canary, keptReleases, containers } = status;
  if (wasNeverMade(status))
    return [
      `There is no ${target.stack} on this engine yet, or it was destroyed: ${pulumiLine("up", target)} makes it.`,
      ...configInWords(status, target),
    ].join("\n");
  const width = Math.max(0, ...containers.map(({ name }) => name.length));
  const isServing = (release: string) => release !== "" && [route, canary?.release].includes(release);
  const lines = containers.map(
    ({ name, release, state }) =>
      `  ${name.padEnd(width)}  ${state}${isServing(release) ? (release === route ? "  ← the route" : "  ← the canary") : ""}`,
  );
  return [
    routeInWords(route, problem),
    ...[status.deploy, status.update].filter((line) => line !== undefined),
    ...configInWords(status, target),
    ...addressInWords(status),
    ...(status.closed === true
      ? [`The platform is closed for clients. More of it: ${opsLine("maintenance status", target)}`]
      : []),
    ...(status.certificate === undefined ? [] : [status.certificate]),
    ...releasesInWords(status),
    // An update that is under way, or blocks the next one, comes first.
    ...(status.pending === undefined || status.update !== undefined || status.deploy !== undefined
      ? []
      : [`The stack config wants ${status.pending} to serve: ${pulumiLine("up", target)} would bring it.`]),
    ...(problem === undefined ? [] : [`Not all is known: ${problem}.`]),
    ...missingInWords(status),
    ...(canary === undefined ? [] : [`${canary.percent} % of the clients go to ${canary.release}.`]),
    ...(keptReleases.length > 0
      ? [`Their pages' files are kept reachable: ${keptReleases.join(", ")}.`]
      : []),
    "Containers:",
    ...lines,
  ].join("\n");
}

/** True if nothing of the stack exists. The engine can't tell a destroyed stack from one that was never created. */
function wasNeverMade({ containers, route, problem }: Status): boolean {
  return containers.length === 0 && route === undefined && problem === undefined;
}

function notServing(status: Status, target: ForStack): string {
  const { stack } = target;
  const { problem } = status;
  if (wasNeverMade(status)) return `no release of ${stack} serves: nothing of it is there`;
  const why =
    problem === undefined
      ? `no release of ${stack} serves`
      : `nobody can be sure that a release of ${stack} serves: ${problem}`;
  return `${why}. To bring it back: ${recoverLine(target)}, then ${pulumiLine("up", target)}`;
}

/** Says that the stack config is wrong. What it says of the engine, the URL and the tags may then be missing here. */
function configInWords({ configProblem }: Status, target: ForStack): string[] {
  if (configProblem === undefined) return [];
  return [`The stack config is wrong. What is wrong with it: ${opsLine("check pre", target)}`];
}

function settingsOf(target: Target): Settings | undefined {
  try {
    return target.settings();
  } catch {
    // What is wrong with them has its own line.
    return undefined;
  }
}

/** What the stack's settings say of it, or what is wrong with them. */
function bySettings(
  target: Target,
  route: string | undefined,
  notes: Status["notes"] = [],
): Pick<Status, "address" | "pending" | "configProblem"> {
  try {
    const settings = target.settings();
    const { domain: name, gateway } = settings;
    return {
      address: { url: publicUrl(settings), onHost: hostUrl(gateway), name },
      ...(route !== undefined && { pending: pendingInConfig(settings, route, notes) }),
    };
  } catch (error) {
    return { configProblem: messageOf(error) };
  }
}

async function updateOf(target: Target): Promise<Pick<Status, "update">> {
  try {
    const unfinished = await unfinishedUpdate(target);
    if (unfinished === undefined) return {};
    const { what, next } = unfinished;
    return { update: `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${next}.` };
  } catch (error) {
    return { update: `Whether an update runs isn't known: ${messageOf(error)}` };
  }
}

function deployOf(target: Target): Pick<Status, "deploy"> {
  const deploy = deployInWords(target, target.configText());
  return deploy === undefined ? {} : { deploy };
}

/** Lists the releases that get traffic and those that run beside them, with tags and age. */
function releasesInWords({ route, canary, notes = [], containers }: Status): string[] {
  const running = containers.filter((container) => container.running).map(({ release }) => release);
  const listed = new Set([route, canary?.release, ...running]);
  const shown = notes.filter(({ release }) => listed.has(release));
  return shown.map(({ release, parts, published }) => {
    const role = release === route ? "serves" : release === canary?.release ? "is the canary" : "stands by";
    return `  ${colorOf(release)} ${role}: ${tagsInWords(parts)} (${release}), published ${published.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  });
}

function routeInWords(route: string | undefined, problem: string | undefined): string {
  if (route !== undefined) return `The gateway routes to ${route}.`;
  return problem === undefined ? "No release is routed to." : "What the gateway routes to isn't known.";
}

function describeContainer(container: Docker.ContainerInfo) {
  return {
    name: containerName(container),
    release: releaseOf(container),
    state: container.Status,
    running: container.State === "running",
  };
}
