import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { breachesOf, problemsOf } from "../../policy/judge.ts";
import { blocks } from "../../settings/problem.ts";
import type { Running, VolumeHandle } from "../handles.ts";
import type { Platform } from "../platform.ts";
import { specDigest, specOf, type Spec } from "../spec.ts";
import type { Workload } from "../workload.ts";
import { warnOfGap } from "./anew.ts";
import { containerArguments, type Bindings } from "./arguments.ts";
import { confinementOf } from "./confinement.ts";
import { formerDescription } from "./former.ts";
import { trialCommand } from "./trial.ts";
import { labelList } from "./label-list.ts";

const descriptionLabel = "webnet.description";

/** What a workload needs to run. */
export interface Ground extends Bindings {
  /** All the volumes that it mounts. Pulumi makes the container after they and their content exist. */
  volumes: readonly VolumeHandle[];
}

/**
 * Makes a workload's container. Every container of the platform is made here.
 *
 * @throws Error if the workload mounts a volume that isn't given: it might be empty when the container starts
 */
export function runOnDocker(
  logicalName: string,
  platform: Platform,
  workload: Workload,
  { volumes, ...bindings }: Ground,
  options: pulumi.CustomResourceOptions,
): Running {
  const spec = specOf(platform, workload);
  mustBeGiven(spec, volumes);
  mustBeAllowed(platform, spec);
  const { name, trial, gap } = workload;
  // The provider overlooks some changes, of the health check or of a mount's volume. It sees a changed label.
  const labels = { [descriptionLabel]: description(platform, spec), ...spec.labels };
  const image = options.ignoreChanges?.includes("image") === true ? undefined : bindings.image;
  const running = platform.running?.get(name);
  const isAsDescribed = running?.labels[descriptionLabel] === labels[descriptionLabel];
  if (gap !== undefined && running !== undefined && pulumi.runtime.isDryRun()) {
    const mounted = spec.mounts.flatMap(({ kind, source }) => (kind === "volume" ? [source] : []));
    void warnOfGap(running, { name, image, labels, volumes: mounted }, gap);
  }
  const grounds = pulumi.mergeOptions(options, { dependsOn: volumes.map(({ resource }) => resource) });
  const tried =
    trial === undefined
      ? []
      : [trialCommand(`${logicalName}-trial`, platform, { trial, spec, labels, image }, grounds)];
  const container = new docker.Container(
    logicalName,
    { ...containerArguments(spec, bindings), labels: labelList(labels) },
    pulumi.mergeOptions(grounds, { dependsOn: tried, ignoreChanges: isAsDescribed ? limitArguments : [] }),
  );
  return { name, id: container.id, resource: container, processes: spec.processes };
}

/**
 * The limits that somebody may have given a running container by hand, as in an emergency, and which a refresh reads
 * back. They stay until its description changes: to put them right, the provider would stop it and make it anew.
 */
const limitArguments = ["cpus", "memory", "memorySwap"];

/** True if the workload's container runs with another description, apart from its image: an update makes it anew. */
export function isMadeAnew(platform: Platform, workload: Workload): boolean {
  const running = platform.running?.get(workload.name);
  return (
    running !== undefined &&
    running.labels[descriptionLabel] !== description(platform, specOf(platform, workload))
  );
}

function description(platform: Platform, spec: Spec): string {
  const noted = platform.running?.get(spec.name)?.labels[descriptionLabel];
  return noted !== undefined && noted === formerDescription(spec) ? noted : specDigest(spec);
}

/** The preflight has judged everything that it knows of. A container that it doesn't know of is judged here. */
function mustBeAllowed({ stack, settings }: Platform, spec: Spec): void {
  const problems = problemsOf(breachesOf(confinementOf(spec), stack), settings.policy.exceptions, stack);
  if (problems.length > 0) throw new pulumi.RunError(blocks(problems).join("\n\n"));
}

function mustBeGiven({ name, mounts }: Spec, volumes: readonly VolumeHandle[]): void {
  const given = new Set(volumes.map((volume) => volume.name));
  for (const { kind, source, target } of mounts)
    if (kind === "volume" && !given.has(source))
      throw new Error(`${name} mounts the volume ${source} at ${target} without waiting for it`);
}
