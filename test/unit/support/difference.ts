import { isDeepStrictEqual } from "node:util";
import { isComponent, type Deployment, type Registered } from "./program.ts";

/** What an update would do, by logical names. */
export interface Difference {
  added: string[];
  removed: string[];
  /** Resources with other inputs, dependencies or options. */
  changed: string[];
}

/** Compares what two configurations register. */
export function difference(before: Deployment, after: Deployment): Difference {
  const [former, latter] = [byKey(before), byKey(after)];
  return {
    added: namesOf([...latter].filter(([key]) => !former.has(key))),
    removed: namesOf([...former].filter(([key]) => !latter.has(key))),
    changed: namesOf(
      [...latter].filter(([key, resource]) => {
        const earlier = former.get(key);
        return earlier !== undefined && !isDeepStrictEqual(earlier, resource);
      }),
    ),
  };
}

/** Names of the inputs in which two versions of a resource differ. */
export function changedInputs(before: Registered, after: Registered): string[] {
  return changedKeys(before.inputs, after.inputs);
}

/** Names of the entries in which two objects differ. */
export function changedKeys(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key])).sort();
}

function byKey(deployment: Deployment): Map<string, Registered> {
  return new Map(
    deployment.resources.map((resource) => [
      `${resource.type} ${resource.name}`,
      // A component's dependencies are no step of an update.
      isComponent(resource) ? { ...resource, dependencies: [] } : resource,
    ]),
  );
}

function namesOf(resources: [string, Registered][]): string[] {
  return resources.map(([, { name }]) => name).sort();
}
