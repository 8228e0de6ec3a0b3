import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";

/** The version of the Pulumi CLI of the embedded default. */
export const pulumiVersion = "3.259.0";

/** The plugins that the program needs. */
export const pluginNames = ["random", "docker", "command"] as const;

/** One of the plugins that the program needs. */
export type PluginName = (typeof pluginNames)[number];

/** A plugin's version. It equals that of the npm package, since the SDK asks for exactly that version. */
export function pluginVersion(name: PluginName): string {
  const file = join(projectRoot, "node_modules", "@pulumi", name, "package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return version;
}

/** True if `version` is at least `wanted`. Compares by number (`1.10.0` is above `1.2.3`), and ignores any suffix. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [a, b] = [numbers(version), numbers(wanted)];
  for (let index = 0; index < b.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbers(version: string): number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);
}
