import { isDeepStrictEqual } from "node:util";
import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { runningGateway } from "../../gateway/live.ts";
import { engineStatus, orMissing } from "../../engine/client.ts";
import { execInVolume } from "../../engine/run.ts";
import { partNames } from "../../settings/parts.ts";
import { frontendVolumeName } from "../../workload/names.ts";
import { noteFolder } from "../../release/note.ts";
import type { Settings } from "../../settings/parse.ts";
import { confirmRemoval } from "../confirm.ts";
import type { OpsCommand, OptionValues } from "../command.ts";
import { mustBeAlone } from "../deploy/journal.ts";
import { mustBeIdle } from "../recover/idle.ts";
import type { Target } from "../target.ts";
import { UsageError } from "../usage.ts";
import { takeInventory } from "./inventory.ts";
import { prunePlan, type PrunePlan } from "./plan.ts";
import { copyLabels } from "../../workload/labels.ts";

/** The engine's answer if a new container uses the image. */
const inUse = 409;

/** `npm run ops -- prune`. */
export const prune: OpsCommand = {
  summary: "removes files and images of superseded releases, and never what anything refers to",
  options: [
    ["--keep <N>", "superseded releases to keep. Default: the setting gateway.keptReleases"],
    ["--dry-run", "only says what it would remove"],
    ["--yes", "doesn't ask before it begins"],
  ],
  examples: [
    ["--dry-run --stack prod", "what would go, in bytes"],
    ["--keep 1 --stack prod", "asks, and leaves one superseded release"],
  ],
  onlyLooks: (values) => values["dry-run"] === true,
  mustFit: keepOf,
  async run(target, values, say) {
    const { images, gateway, pullPolicy } = target.settings();
    mustBeAlone(target, readFileSync(target.configFile, "utf8"));
    await mustBeIdle(target);
    const options = {
      keep: keepOf(values) ?? gateway.keptReleases,
      repositories: partNames.map((name) => images[name]).filter(Boolean),
    };
    const inventory = await takeInventory(target);
    const plan = prunePlan(inventory, options);
    say(describePrune(plan, pullPolicy));
    if (isEmpty(plan) || values["dry-run"] === true) return;
    if (!(await confirmRemoval(`This removes it from ${target.stack}`, values["yes"] === true))) return;
    // The operator may have answered hours later.
    if (!isDeepStrictEqual(prunePlan(await takeInventory(target), options), plan)) {
      throw new Error("something was deployed meanwhile: nothing was removed. Run it again.");
    }
    await remove(target, plan, inventory.gatewayImage, { keep: options.keep, say });
    say("Done.");
  },
};

/**
 * Returns the value of `--keep`. Undefined if the option is missing.
 *
 * @throws UsageError if it is no whole number from 0 to 9999
 */
export function keepOf({ keep }: OptionValues): number | undefined {
  if (keep === undefined) return undefined;
  if (typeof keep === "string" && /^\d{1,4}$/.test(keep)) return Number(keep);
  throw new UsageError(`--keep is ${JSON.stringify(keep)}; allowed: a whole number of releases, 0 to 9999`);
}

/** Describes the plan. With the pull policy `never` it warns that no registry can give the images back. */
export function describePrune(plan: PrunePlan, pullPolicy?: Settings["pullPolicy"]): string {
  const skipped = plan.skipped.map((what) => `Skipped: ${what}.`);
  if (isEmpty(plan)) return [...skipped, "There is nothing to remove."].join("\n");
  const total = [...plan.releases, ...plan.images].reduce((sum, { bytes }) => sum + bytes, 0);
  const { length } = plan.generations;
  return [
    ...skipped,
    "To be removed:",
    ...plan.releases.map(({ release, tags, bytes }) => `  release ${release} (${tags})  ${size(bytes)}`),
    ...plan.images.map(({ reference, bytes }) => `  image ${reference}  ${size(bytes)}`),
    ...(length > 0 ? [`  ${length} former configurations of the gateway`] : []),
    `It frees at least ${size(total)}.`,
    ...(pullPolicy === "never" && plan.images.length > 0
      ? [
          "webnet:pullPolicy is never: no registry gives these images back. Whoever wants one again builds or loads it anew.",
        ]
      : []),
  ].join("\n");
}

/**
 * Returns the paths to remove from the volume with the frontends.
 *
 * @param staying images that could not be removed. The notes that name them stay: by them a later prune finds the images
 */
export function pathsOf(
  { releases }: Pick<PrunePlan, "releases">,
  staying: readonly string[] = [],
): string[] {
  return releases.flatMap(({ release, images, keepsNote }) => [
    `./${release}`,
    ...(keepsNote || images.some((image) => staying.includes(image))
      ? []
      : [`./${noteFolder}/${release}.json`]),
  ]);
}

/** Removes images. Returns those that stay because something uses them. One that is gone already is removed as well. */
export async function removeImages(
  docker: Pick<Docker, "getImage">,
  references: readonly string[],
  say: (line: string) => void,
): Promise<string[]> {
  const staying: string[] = [];
  for (const reference of references) {
    try {
      await orMissing(docker.getImage(reference).remove());
    } catch (error) {
      if (engineStatus(error) !== inUse) throw error;
      staying.push(reference);
      say(`  ${reference} stays: something uses it.`);
    }
  }
  return staying;
}

async function remove(
  target: Target,
  plan: PrunePlan,
  image: string,
  { keep, say }: { keep: number; say: (line: string) => void },
): Promise<void> {
  const docker = target.docker();
  // Images first: the release's note names them, and it goes with the release's files.
  const references = plan.images.map(({ reference }) => reference);
  const paths = pathsOf(plan, await removeImages(docker, references, say));
  if (paths.length > 0) {
    const labels = copyLabels(target);
    const volume = { image, volume: frontendVolumeName(target.prefix), labels };
    await execInVolume(docker, volume, ["rm", "-rf", ...paths]);
  }
  const running = await runningGateway(docker, target.stack);
  // `keep` plus the generation that serves, which the gateway counts as well.
  await running?.gateway.prune(keep + 1);
}

function isEmpty({ releases, images, generations }: PrunePlan): boolean {
  return releases.length + images.length + generations.length === 0;
}

function size(bytes: number): string {
  return `${bytes.toLocaleString("en")} bytes`;
}
