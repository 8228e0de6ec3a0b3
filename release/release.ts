import * as pulumi from "@pulumi/pulumi";
import { releaseGateScript } from "../contract/gates.ts";
import { publishScript } from "../contract/publish.ts";
import { scriptCommand } from "../workload/command.ts";
import type { Running, VolumeHandle } from "../workload/handles.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import type { Platform } from "../workload/platform.ts";
import { backendWorkload } from "./backend.ts";
import type { ReleaseIdentity, ReleasePart } from "./identity.ts";
import type { NoteInput } from "./note.ts";
import { partOf } from "./parts.ts";
import { replicaNumbers, replicaSuffix } from "../workload/names.ts";

/** What {@link Release} needs to know. */
export interface ReleaseArgs {
  platform: Platform;
  identity: ReleaseIdentity;
  network: pulumi.Input<string>;
  /** The volume that the gateway serves frontends from. */
  frontendVolume: VolumeHandle;
  /** The volumes that its backend mounts. */
  volumes: readonly VolumeHandle[];
  /** The accounts in the database: made before the backend, and deleted after it. */
  databaseAccounts: pulumi.Resource;
}

/**
 * One colour's parts at one moment: the published files, then the containers, then a gate that waits for their health.
 * A release never serves by itself: the route moves to it when it is ready. Without a frontend only its note is
 * published, by which rollback and prune know it; without a backend that is all of it.
 */
export class Release extends pulumi.ComponentResource {
  constructor(name: string, args: ReleaseArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:release:Release", name, {}, options);
    const { platform, identity } = args;
    const [files, service] = [partOf(identity.parts, "files"), partOf(identity.parts, "service")];
    const [filesImage, image] = [files, service].map(
      (part) => part && engineImage(`${name}-${part.name}-image`, platform, part.image, { parent: this }),
    );
    // First, so that an image that can't be published fails before anything of the release runs.
    const published = this.publish(`${name}-${files?.name ?? "note"}`, filesImage ?? image ?? "", args);
    if (service !== undefined && image !== undefined) this.runAll(name, { service, image, published }, args);
    this.registerOutputs({ id: identity.id });
  }

  private runAll(
    name: string,
    {
      service,
      image,
      published,
    }: { service: ReleasePart; image: pulumi.Input<string>; published: pulumi.Resource },
    args: ReleaseArgs,
  ): void {
    const { platform } = args;
    let before = published;
    for (const replica of replicaNumbers(platform.settings.backend.replicas)) {
      const suffix = replicaSuffix(replica);
      const running = { part: service, image, replica, after: [published, before] };
      const container = this.run(`${name}-${service.name}${suffix}`, running, args);
      const gate = this.gate(`${name}-gate${suffix}`, { container, replica }, args);
      if (platform.settings.backend.startReplicas === "oneByOne") before = gate;
    }
  }

  private publish(
    name: string,
    image: pulumi.Input<string>,
    { platform, identity, frontendVolume }: ReleaseArgs,
  ): pulumi.Resource {
    return scriptCommand(
      name,
      platform,
      publishScript,
      { release: identity.id, note: noteOf(identity), image, volume: frontendVolume.name },
      {
        parent: this,
        dependsOn: frontendVolume.resource,
        // Published files never change, whatever becomes of the image on the engine.
        ignoreChanges: [`environment.${publishScript.variables.image.name}`],
      },
    );
  }

  private run(
    name: string,
    {
      part,
      image,
      replica,
      after,
    }: { part: ReleasePart; image: pulumi.Input<string>; replica: number; after: pulumi.Resource[] },
    { platform, identity, network, volumes, databaseAccounts }: ReleaseArgs,
  ): Running {
    return runOnDocker(
      name,
      platform,
      backendWorkload(platform, { color: identity.color, tag: part.tag, id: identity.id, replica }),
      { image, network, volumes },
      {
        parent: this,
        dependsOn: [...after, databaseAccounts],
        // Another image is another release. The same tag, pulled again by hand, must not replace a container that may
        // serve.
        ignoreChanges: ["image"],
      },
    );
  }

  private gate(
    name: string,
    { container, replica }: { container: Running; replica: number },
    { platform, identity }: ReleaseArgs,
  ): pulumi.Resource {
    return scriptCommand(
      name,
      platform,
      releaseGateScript,
      {
        release: identity.id,
        subject: `release ${identity.id}${replica === 1 ? "" : `, container ${replica}`}`,
        replica: replica === 1 ? undefined : replica,
        containerId: container.id,
        processes: container.processes,
        timeoutSeconds: platform.settings.backend.startTimeoutSeconds,
      },
      { parent: this },
    );
  }
}

function noteOf({ id, parts }: ReleaseIdentity): NoteInput {
  return { release: id, parts: parts.map(({ name, tag, image }) => ({ name, tag, image })) };
}
