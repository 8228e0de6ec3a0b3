import type * as pulumi from "@pulumi/pulumi";
import { gateScript } from "../contract/gates.ts";
import { scriptCommand } from "./command.ts";
import type { Running } from "./handles.ts";
import type { Platform } from "./platform.ts";

/** What is waited for, and what is said where that is in vain. */
export interface Gate {
  /** Whose health it is, e.g. `Prometheus`. */
  subject: string;
  container: Running;
  timeoutSeconds: number;
  /** What is served meanwhile, as a sentence for whoever reads the error. */
  meanwhile: string;
  /**
   * Whose word counts: the engine's, which asks only after the first interval, or the container's own check as soon as it
   * has been up for a moment. Default: the engine's, which the route goes by as well.
   */
  asks?: "engine" | "container";
}

/** A step that ends when a container is healthy, and fails with the reason when it isn't going to be. */
export function gateCommand(
  logicalName: string,
  platform: Platform,
  { subject, container, timeoutSeconds, meanwhile, asks = "engine" }: Gate,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { id: containerId } = container;
  const values = { subject, containerId, timeoutSeconds, meanwhile, asks };
  return scriptCommand(logicalName, platform, gateScript, values, options);
}
