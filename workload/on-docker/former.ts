import { digestOf } from "../digest.ts";
import type { Spec } from "../spec.ts";
import { containerArguments } from "./arguments.ts";

/**
 * What an earlier webnet noted on a container of this spec: a digest of the provider's arguments. What still carries it is
 * as it is to be, and isn't made anew for the sake of another way to say so: of the edge and MySQL that would be a gap.
 */
export function formerDescription(spec: Spec): string {
  const named = {
    ...spec,
    name: "",
    mounts: spec.mounts.map((mount) => ({ ...mount, source: "" })),
    ...(spec.sysctls && { sysctls: {} }),
  } as Spec;
  const network = "name" in spec.network ? spec.network.name : "";
  return digestOf({
    ...containerArguments(named, { image: "", network }),
    labels: Object.keys(spec.labels),
  });
}
