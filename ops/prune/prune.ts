import { isDeepStrictEqual } from "node:util";
import { readFileSync } from "node:fs";
import { runningGateway } from "../../gateway/live.ts";
import { engineStatus } from "../../engine/client.ts";
import { execInVolume } from "../../engine/run.ts";
import { frontendVolumeName } from "../../workload/names.ts";
import { platformLabels } from "../../workload/platform.ts";
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

/** Engine's answer for an image that a container has got since. */
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
  async run(target, values) {
    const { images, gateway, pullPolicy } = target.settings();
    mustBeAlone(target, readFileSync(target.configFile, "utf8"));
    await mustBeIdle(target);
    const options = {
      keep: keepOf(values) ?? gateway.keptReleases,
      repositories: [images.backend, images.frontend],
    };
    const inventory = await takeInventory(target);
    const plan = prunePlan(inventory, options);
    console.log(describePrune(plan, pullPolicy));
    if (isEmpty(plan) || values["dry-run"] === true) return;
    if (!(await confirmRemoval(`This removes it from ${target.stack}`, values["yes"] === true))) return;
    // The question may have stood there for hours.
    if (!isDeepStrictEqual(prunePlan(await takeInventory(target), options), plan)) {
      throw new Error("something was deployed meanwhile: nothing was removed. Run it again.");
    }
    await remove(target, plan, inventory.gatewayImage, options.keep);
    console.log("Done.");
  },
};

/**
 * The option `--keep`; undefined where it wasn't given.
 *
 * @throws UsageError where it is no number
 */
export function keepOf({ keep }: OptionValues): number | undefined {
  if (keep === undefined) return undefined;
  if (typeof keep === "string" && /^\d{1,4}$/.test(keep)) return Number(keep);
  throw new UsageError(`--keep is ${JSON.stringify(keep)}; allowed: a whole number of releases, 0 to 9999`);
}

/** The plan in words; with the pull policy `never`, no registry is known that could give an image back. */
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

/** What of the releases that go is removed from the volume with the frontends. */
export function pathsOf({ releases, keepsNotes }: Pick<PrunePlan, "releases" | "keepsNotes">): string[] {
  return releases.flatMap(({ release }) => [
    `./${release}`,
    ...(keepsNotes ? [] : [`./${noteFolder}/${release}.json`]),
  ]);
}

async function remove(target: Target, plan: PrunePlan, image: string, keep: number): Promise<void> {
  const docker = target.docker();
  // Images first: a release's note, which names them, goes with its files.
  for (const { reference } of plan.images) {
    try {
      await docker.getImage(reference).remove();
    } catch (error) {
      if (engineStatus(error) !== inUse) throw error;
      console.log(`  ${reference} stays: something uses it.`);
    }
  }
  const paths = pathsOf(plan);
  if (paths.length > 0) {
    const labels = platformLabels(target, "copy");
    const volume = { image, volume: frontendVolumeName(target.prefix), labels };
    await execInVolume(docker, volume, ["rm", "-rf", ...paths]);
  }
  const running = await runningGateway(docker, target.stack);
  // The one that serves is among those that are counted.
  await running?.gateway.prune(keep + 1);
}

function isEmpty({ releases, images, generations }: PrunePlan): boolean {
  return releases.length + images.length + generations.length === 0;
}

function size(bytes: number): string {
  return `${bytes.toLocaleString("en")} bytes`;
}
