import type * as pulumi from "@pulumi/pulumi";

/** A volume, for the workloads that mount it. */
export interface VolumeHandle {
  name: string;
  /** For `dependsOn`: exists once the volume holds what a workload needs to find there. */
  resource: pulumi.Resource;
}

/** A workload's container, for what waits for it or talks to it. */
export interface Running {
  name: string;
  /** The container's id on the engine, known once it runs. */
  id: pulumi.Output<string>;
  /** For `dependsOn`. */
  resource: pulumi.Resource;
  /** Processes and threads that it may have, which its gate sees to. */
  processes: number;
}
