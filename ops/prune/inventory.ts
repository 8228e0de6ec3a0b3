import type Docker from "dockerode";
import { frontendMount, generationsDirectory } from "../../gateway/layout.ts";
import { liveGateway } from "../../gateway/live.ts";
import { mustExec } from "../../engine/exec.ts";
import { release } from "../../contract/gates.ts";
import { releaseName } from "../../render/nginx/route.ts";
import { partImages } from "../../release/parts.ts";
import type { Settings } from "../../settings/parse.ts";
import { colorNames } from "../../settings/schema/application.ts";
import { releaseNotes } from "../release-notes.ts";
import { environmentOf, imageType, readState, resourcesOf, type State } from "../../pulumi/state.ts";
import type { Target } from "../target.ts";
import { heldContainers, heldImages } from "./images.ts";
import { imagesElsewhere } from "./elsewhere.ts";
import type { Inventory } from "./plan.ts";
import { releaseOf, stackOf } from "../../workload/labels.ts";
import { recoverLine } from "../../settings/commands.ts";

/** Finds what exists and who needs it: from the engine with all its stacks, the gateway, the state and the config. */
export async function takeInventory(target: Target): Promise<Inventory & { gatewayImage: string }> {
  const docker = target.docker();
  const live = await liveGateway(docker, target.stack, "by name");
  if (live === undefined) {
    throw new Error(
      `no gateway of ${target.stack} runs, so that what it needs isn't known: nothing is removed.`,
    );
  }
  const { gateway, record } = live;
  const [containers, state, { notes, unreadable }, frontends, images, elsewhere, generations] =
    await Promise.all([
      heldContainers(docker),
      stateOf(target),
      releaseNotes(gateway.container),
      frontendsOf(gateway.container),
      heldImages(docker),
      imagesElsewhere(docker, target, live.image),
      mustExec(gateway.container, ["ls", "-t", generationsDirectory]),
    ]);
  const ours = containers.filter((one) => stackOf(one) === target.stack);
  return {
    gatewayImage: live.image,
    active: record.active,
    keptByRoute: record.keptReleases,
    releasesInUse: new Set([...ours.map(releaseOf).filter((release) => release !== ""), ...state.releases]),
    notes,
    unreadableNotes: unreadable,
    unreadableRecord: live.unreadable,
    frontends,
    images,
    imagesInUse: new Set([...containers.map(({ ImageID }) => ImageID), ...elsewhere.ids]),
    referencesInUse: new Set([...configured(target.settings()), ...state.images, ...elsewhere.references]),
    unknownElsewhere: elsewhere.unknown,
    generations: lines(generations).filter((generation) => generation !== record.generation),
  };
}

/** Returns the releases and images in a state. */
export function namedBy(state: State): { releases: string[]; images: string[] } {
  const resources = resourcesOf(state);
  const releases = resources.map(({ inputs }) => environmentOf(inputs)?.[release.name]);
  const images = resources.filter(({ type }) => type === imageType).map(({ inputs }) => inputs?.["name"]);
  const texts = (values: readonly unknown[]) => values.filter((value) => typeof value === "string");
  return { releases: texts(releases), images: texts(images) };
}

async function stateOf(target: Target): Promise<{ releases: string[]; images: string[] }> {
  const finding = await readState(target);
  if (finding.kind === "known") return namedBy(finding.state);
  throw new Error(
    `the state of ${target.stack} is ${finding.kind}, and nothing is removed: ${recoverLine(target)}`,
  );
}

function configured(settings: Settings): string[] {
  return colorNames.flatMap((color) => (partImages(settings, color) ?? []).map(({ reference }) => reference));
}

async function frontendsOf(gateway: Docker.Container): Promise<Map<string, number>> {
  const listed = await mustExec(gateway, [
    "sh",
    "-c",
    `cd ${frontendMount} && du -sk -- * 2>/dev/null || true`,
  ]);
  return new Map(
    lines(listed).flatMap((line): [string, number][] => {
      const [kilobytes = "", name = ""] = line.split("\t");
      return releaseName.test(name) ? [[name, Number(kilobytes) * 1024]] : [];
    }),
  );
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
