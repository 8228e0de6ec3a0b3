import { digestOf } from "../digest.ts";
import type { Spec } from "../spec.ts";
import { containerArguments } from "./arguments.ts";

/**
 * The description that an earlier webnet put on a container of this spec: a digest of the provider's arguments. A
 * container that still has it is as wanted. webnet doesn't make it anew only to describe it in another way: for the
 * edge and MySQL that would be a gap.
 */
export function formerDescription(spec: Spec): string {
  const named = {
    ...spec,
    name: "",
    mounts: spec.mounts.map((mount) => ({ ...mount, source: "" })),
    ...(spec.sysctls && { sysctls: {} }),
  } as Spec;
  const network = "name" in spec.network ? spec.network.name : "";
  const { healthcheck, ...args } = containerArguments(named, { image: "", network });
  const { intervalSeconds, timeoutSeconds, startPeriodSeconds } = spec.health.timing;
  return digestOf({
    ...args,
    // Times stood there in seconds alone.
    healthcheck: {
      ...(healthcheck as object),
      interval: `${intervalSeconds}s`,
      timeout: `${timeoutSeconds}s`,
      startPeriod: `${startPeriodSeconds}s`,
    },
    labels: Object.keys(spec.labels),
  });
}
