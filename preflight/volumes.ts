import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { containerName } from "../engine/containers.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import { runsWith, serviceFacts } from "../settings/services.ts";
import { valueAt } from "../settings/shape.ts";
import type { Problem } from "../settings/problem.ts";
import {
  acmeVolumeName,
  configVolumeName,
  dataVolumeName,
  frontendVolumeName,
  servingVolumeName,
  temporaryVolumeName,
} from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { stackOf } from "../workload/labels.ts";

interface DataVolume {
  path: string[];
  name: string;
  /** Whether the settings name it. */
  isNamed: boolean;
}

/** The volumes that hold data. */
export function dataVolumes({ prefix, settings }: Pick<Platform, "prefix" | "settings">): DataVolume[] {
  return serviceFacts.filter(runsWith(settings)).flatMap(({ data }) => {
    if (data === undefined) return [];
    const setting = valueAt(settings, data.path) as string | undefined;
    const name = dataVolumeName(prefix, data.role, setting);
    return [{ path: [...data.path], name, isNamed: setting !== undefined }];
  });
}

const platformVolumes = [
  acmeVolumeName,
  configVolumeName,
  frontendVolumeName,
  servingVolumeName,
  temporaryVolumeName,
];

/** Finds data volumes that two services would share, or that hold something else of the stack's own. */
function sharedVolumes({
  prefix,
  settings,
  stack,
}: Pick<Platform, "prefix" | "settings" | "stack">): Problem[] {
  const volumes = dataVolumes({ prefix, settings });
  return volumes.flatMap((volume, position) => {
    const { path, name, isNamed } = volume;
    if (!isNamed) return [];
    // Of two that the settings name, the second one is the problem.
    const other = volumes.find(
      (one, at) => one !== volume && one.name === name && !(one.isNamed && at > position),
    );
    if (other === undefined && !platformVolumes.some((nameOf) => nameOf(prefix) === name)) return [];
    return [
      {
        at: configPath(path),
        what:
          other === undefined
            ? "the platform keeps something else in this volume"
            : `the same volume as ${configPath(other.path)}${other.isNamed ? "" : " has by default"}`,
        got: name,
        allowed: "a volume that nothing else of the stack has",
        fix: [setCommand(stack, path, "<volume>")],
      },
    ];
  });
}

/**
 * Finds data volumes that two of the stack's services would share, and data volumes of others. Two servers on the same
 * data destroy it, and MySQL's accounts would get this stack's passwords.
 *
 * @param containers all of the engine's
 */
export async function inspectVolumes(
  docker: Docker,
  platform: Pick<Platform, "prefix" | "settings" | "stack">,
  containers: readonly Docker.ContainerInfo[],
): Promise<Problem[]> {
  const { stack } = platform;
  const inspected = dataVolumes(platform).map(async ({ path, name }): Promise<Problem[]> => {
    const another = [setCommand(stack, path, "<volume>")];
    const problem = (what: string, ways: Pick<Problem, "fix" | "or">): Problem => ({
      at: configPath(path),
      got: name,
      what,
      allowed: "a volume that only this stack uses, or the name of one that is to be made",
      ...ways,
    });
    const volume = await orMissing(docker.getVolume(name).inspect());
    const owner = volume && stackOf(volume);
    if (owner !== undefined && owner !== stack)
      return [
        problem(`the volume holds the data of the stack ${owner}, whose passwords would no longer fit`, {
          fix: another,
        }),
      ];
    const user = containers.find(
      (one) =>
        stackOf(one) !== stack &&
        // A stopped container leaves the data alone, for example after a move to another host.
        !["created", "exited", "dead"].includes(one.State) &&
        // A read-only mount, as of a backup, does no harm.
        one.Mounts.some((mount) => mount.Type === "volume" && mount.Name === name && mount.RW),
    );
    if (user === undefined) return [];
    const by = containerName(user);
    const what = `the container ${by}, which isn't this stack's, uses the volume`;
    return [problem(what, { fix: [`docker stop ${by}`], or: [another] })];
  });
  return [...sharedVolumes(platform), ...(await Promise.all(inspected)).flat()];
}
