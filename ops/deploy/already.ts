import { isDeepStrictEqual } from "node:util";
import { verdictNow } from "../../engine/verdict.ts";
import { runningGateway } from "../../gateway/live.ts";
import { hasPart } from "../../settings/alone.ts";
import { colorOf } from "../../settings/color.ts";
import type { Settings } from "../../settings/parse.ts";
import { backendsOf } from "../bake/bake.ts";
import { releaseNotes } from "../release-notes.ts";
import type { Status } from "../status/facts.ts";
import { readStatus } from "../status/status.ts";
import type { Target } from "../target.ts";
import { tagsOf, type Already } from "./request.ts";
import { pulumiLine, recoverLine } from "../../settings/commands.ts";

/**
 * Checks that the release that the config already names really runs: with the right tags, healthy, and with the route
 * if it is to serve. A preview sees neither the gateway's route nor a stopped container.
 *
 * @throws Error with what it found instead, and how to bring the release back
 */
export async function mustBeThere(target: Target, settings: Settings, already: Already): Promise<void> {
  const status = await readStatus(target);
  const isServing = already.color === settings.activeColor;
  // With `standby: off`, the standby runs only while something needs it.
  if (!isServing && settings.standby === "off") return;
  const found = isServing
    ? servingNow(status, already)
    : hasPart(settings, already.color, "backend")
      ? runningOf(status, already)
      : await publishedOf(target, already);
  const problem = "problem" in found ? found.problem : await whyNone(target, found.releases, already);
  if (problem === undefined) return;
  throw new Error(
    `the config of ${target.stack} says that ${already.words}, and ${problem}. Nothing was touched. ` +
      `Bring it back first: ${recoverLine(target)}, then ${pulumiLine("up", target)}`,
  );
}

type Found = { releases: readonly string[] } | { problem: string };

function servingNow({ route }: Status, { color }: Already): Found {
  if (route !== undefined && colorOf(route) === color) return { releases: [route] };
  return { problem: `the gateway routes to ${route ?? "no release"}` };
}

function runningOf({ containers }: Status, { color }: Already): Found {
  const releases = containers
    .map(({ release }) => release)
    .filter((release) => release !== "" && colorOf(release) === color);
  return releases.length > 0 ? { releases } : { problem: `no release of ${color} is there` };
}

/** A release of files alone stands by where its files are. */
async function publishedOf(target: Target, { color }: Already): Promise<Found> {
  const running = await runningGateway(target.docker(), target.stack);
  const notes = running === undefined ? [] : (await releaseNotes(running.gateway.container)).notes;
  const releases = notes.map(({ release }) => release).filter((release) => colorOf(release) === color);
  return releases.length > 0 ? { releases } : { problem: `no release of ${color} is there` };
}

/** Says why no release matches the config. Undefined if one does. */
async function whyNone(
  target: Target,
  releases: readonly string[],
  { tags }: Already,
): Promise<string | undefined> {
  const docker = target.docker();
  const running = await runningGateway(docker, target.stack);
  const notes = running === undefined ? [] : (await releaseNotes(running.gateway.container)).notes;
  const problems: string[] = [];
  for (const release of releases) {
    const note = notes.find((known) => known.release === release);
    const isOther = note !== undefined && !isDeepStrictEqual(tagsOf(note.parts), tags);
    // Infinity: earlier restarts don't count.
    const verdicts = await Promise.all(
      backendsOf(docker, target, release).map((backend) => verdictNow(backend, Infinity)),
    );
    const verdict = verdicts.find((one) => one !== "healthy") ?? "healthy";
    if (!isOther && verdict === "healthy") return undefined;
    problems.push(isOther ? `${release} has other tags` : `${release} ${inWords(verdict)}`);
  }
  return problems.join("; ");
}

function inWords(verdict: string): string {
  return verdict === "starting" ? "isn't healthy yet" : verdict;
}
