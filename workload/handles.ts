import type * as pulumi from "@pulumi/pulumi";

/** A volume, for those who mount it. */
export interface VolumeHandle {
  name: string;
  /** There when the volume holds what it must before anybody mounts it; for `dependsOn`. */
  resource: pulumi.Resource;
}

/** What runs a workload, for those who wait for it or talk to it. */
export interface Running {
  name: string;
  /** The engine's id of it, known once it runs. */
  id: pulumi.Output<string>;
  /** For `dependsOn`. */
  resource: pulumi.Resource;
}
