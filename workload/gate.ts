import type * as pulumi from "@pulumi/pulumi";
import { gateScript } from "../contract/gates.ts";
import { scriptCommand } from "./command.ts";
import type { Running } from "./handles.ts";
import type { Platform } from "./platform.ts";

/** What the gate waits for, and what it says if it fails. */
export interface Gate {
  /** Whose health it is, e.g. `Prometheus`. */
  subject: string;
  container: Running;
  timeoutSeconds: number;
  /** What is served meanwhile, as a sentence for the error message. */
  meanwhile: string;
  /**
   * Whose word counts: the engine's, which checks only after the first interval, or the container's own check as soon
   * as it has been up for a moment. Default: the engine's, which the route goes by as well.
   */
  asks?: "engine" | "container";
}

/** A step that ends when a container is healthy. It fails with the reason if the container won't become healthy. */
export function gateCommand(
  logicalName: string,
  platform: Platform,
  { subject, container, timeoutSeconds, meanwhile, asks = "engine" }: Gate,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { id: containerId, processes } = container;
  const values = { subject, containerId, timeoutSeconds, meanwhile, asks, processes };
  return scriptCommand(logicalName, platform, gateScript, values, options);
}
