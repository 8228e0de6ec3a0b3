import type Docker from "dockerode";
import { generationsDirectory } from "../../gateway/layout.ts";
import { liveGateway } from "../../gateway/live.ts";
import { rejectedReleases } from "../../gateway/rejected.ts";
import { parseRecord, releaseOfGeneration, type GenerationRecord } from "../../gateway/record.ts";
import { mustExec } from "../../engine/exec.ts";
import { partImages, partOf } from "../../release/parts.ts";
import { colorOf } from "../../settings/color.ts";
import { tagsInWords } from "../../settings/parts.ts";
import { readFiles } from "../read-files.ts";
import { releaseNotes, type ReleaseNotes } from "../release-notes.ts";
import type { Target } from "../target.ts";
import { tagsOf, type DeployRequest, type Tags } from "./request.ts";
import { ofStack, releaseLabel, roles } from "../../workload/labels.ts";
import { opsLine } from "../../settings/commands.ts";

/** The part of a generation's record that a rollback needs. */
type Generation = Pick<GenerationRecord, "active">;

/**
 * Returns the request to go back to the release that served before. It skips unreadable records and notes, and names
 * them.
 *
 * @param say takes a line for each skipped record, note or release
 * @throws Error if no other release served before, or if its tags are unknown
 */
export async function rollbackRequest(target: Target, say: (line: string) => void): Promise<DeployRequest> {
  const docker = target.docker();
  const live = await liveGateway(docker, target.stack, "by name");
  if (live === undefined) {
    throw new Error("no gateway runs, so that what served before isn't known: set the tags by hand.");
  }
  if (live.unreadable !== undefined) say(`Skipped: ${live.unreadable}. Its name tells the release.`);
  const { container } = live.gateway;
  const { generations, unreadable } = await readGenerations(container);
  for (const name of unreadable.filter((one) => one !== live.record.generation))
    say(`Skipped: the gateway's record of ${name} can't be read. Its name tells the release.`);
  const found = await releaseNotes(container);
  for (const release of found.unreadable) say(`Skipped: the note of ${release} can't be read.`);
  const kept = live.unreadable === undefined ? live.record.keptReleases : publishedOf(found);
  const former = formerReleases({ ...live.record, keptReleases: kept }, generations);
  const rejected = await rejectedReleases(live.gateway.exec);
  const served = former.filter((one) => !rejected.has(one));
  const release = served.find((one) => !isSame(one, live.record.active, found));
  for (const one of former.slice(0, release === undefined ? undefined : former.indexOf(release)))
    if (rejected.has(one))
      say(`Skipped: a deploy took ${named(one, found)} back: ${rejected.get(one) ?? ""}`);
  if (release === undefined && served.length > 0)
    throw new Error(
      `${served.join(" and ")} served before, with the tags that serve now: there is no way back by tags. ` +
        "Settings that were changed are put back in the stack's file.",
    );
  if (release === undefined) {
    const others = former.length > 0 ? "but what was taken back" : "ever did";
    throw new Error(
      `${live.record.active ?? "nothing"} serves, and nothing else ${others}: there is no way back.`,
    );
  }
  const note = found.notes.find((known) => known.release === release);
  const tags = (note && tagsOf(note.parts)) ?? (await tagsOfStandby(docker, target, release));
  if (tags === undefined) {
    throw new Error(
      `${release} served before, but its tags aren't known any more. Name them: ` +
        opsLine("deploy --tag TAG", target),
    );
  }
  return { kind: "rollback", former: { release, tags } };
}

/** Names a release, with its tags if they are known. */
function named(release: string, { notes }: ReleaseNotes): string {
  const note = notes.find((known) => known.release === release);
  return note === undefined ? release : `${release} (${tagsInWords(note.parts)})`;
}

/**
 * Returns the releases that were active before the current one, most recent first. After them come the other kept
 * releases, such as a canary's.
 *
 * @param generations newest first
 */
export function formerReleases(
  live: Pick<GenerationRecord, "active" | "keptReleases">,
  generations: readonly Generation[],
): string[] {
  const wereActive = generations.flatMap(({ active }) =>
    // A release that was staged but never served is not among the kept ones.
    active !== undefined && live.keptReleases.includes(active) ? [active] : [],
  );
  return [...new Set([...wereActive, ...live.keptReleases])].filter((release) => release !== live.active);
}

/**
 * True if a release has the same colour and tags as the active one. The two then differ only by settings, or by an
 * upgrade of webnet. A rollback works by tags, so it would change nothing.
 */
function isSame(release: string, active: string | undefined, { notes }: ReleaseNotes): boolean {
  if (active === undefined || colorOf(release) !== colorOf(active)) return false;
  const [one, other] = [release, active].map((id) => notes.find((note) => note.release === id)?.parts);
  return (
    one !== undefined &&
    one.length === other?.length &&
    one.every(({ name, tag }) => other.some((part) => part.name === name && part.tag === tag))
  );
}

/** Reads all generations of the gateway's configuration, newest first. */
async function readGenerations(
  container: Docker.Container,
): Promise<{ generations: Generation[]; unreadable: string[] }> {
  const list = `ls -t ${generationsDirectory}`;
  const shell = (script: string) => mustExec(container, ["sh", "-c", script]);
  const files = await readFiles(shell, list, `${generationsDirectory}/$name/record.json`);
  const found = files.map(({ name, text }) => ({ name, record: parseRecord(text) }));
  return {
    generations: found.map(({ name, record }) => record ?? byName(name)),
    unreadable: found.filter(({ record }) => record === undefined).map(({ name }) => name),
  };
}

function byName(generation: string): Generation {
  const active = releaseOfGeneration(generation);
  return active === undefined ? {} : { active };
}

function publishedOf({ notes, unreadable }: ReleaseNotes): string[] {
  return [...notes.map(({ release }) => release), ...unreadable];
}

/**
 * Returns the tags of a running release without a note: its colour's tags in the config. That is safe, because a deploy
 * goes on only if the platform matches the config.
 */
async function tagsOfStandby(docker: Docker, target: Target, release: string): Promise<Tags | undefined> {
  const label = ofStack(target.stack, roles.release, { [releaseLabel]: release });
  const [container] = await docker.listContainers({ filters: { label } });
  if (container === undefined) return undefined;
  const { Config } = await docker.getContainer(container.Id).inspect();
  const parts = partImages(target.settings(), colorOf(release));
  if (parts === undefined) return undefined;
  const service = partOf(parts, "service");
  if (service === undefined) return undefined;
  return Config.Env.includes(`APP_VERSION=${service.tag}`) ? tagsOf(parts) : undefined;
}
