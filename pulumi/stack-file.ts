import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../host/message.ts";
import { NAMESPACE } from "../settings/commands.ts";
import { SettingsError } from "../settings/problem.ts";
import { stackFileVariable } from "./told-folder.ts";
import { parsePulumiYaml, type PulumiValue } from "./yaml.ts";

/**
 * Returns the whole config of a stack as Pulumi passes it to the program. The keys have their namespaces. A value that
 * isn't nested is always a string.
 *
 * @throws SettingsError if Pulumi can't read the text
 */
export function readStackConfig(
  text: string,
  stack: string,
  project = NAMESPACE,
): Record<string, PulumiValue> {
  const config = configOf(text, stack);
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      // Older versions of Pulumi wrote keys as `project:config:key`.
      (name.includes(":") ? name : `${project}:${name}`).replace(/^([^:]+):config:([^:]+)$/, "$1:$2"),
      typeof value === "object" && value !== null ? nested(value) : String(value ?? ""),
    ]),
  );
}

function configOf(text: string, stack: string): Record<string, PulumiValue> {
  try {
    const file = parsePulumiYaml(text) ?? {};
    if (!isObject(file)) throw new Error("is no object");
    const config = file["config"] ?? {};
    if (!isObject(config)) throw new Error("has a config that is no object");
    return config;
  } catch (error) {
    const reason = messageOf(error);
    throw new SettingsError(`Pulumi.${stack}.yaml ${reason}`);
  }
}

function isObject(value: PulumiValue): value is Record<string, PulumiValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Pulumi passes nested values as JSON, whose numbers are doubles. */
function nested(value: PulumiValue): PulumiValue {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(nested);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, nested(below)]));
}

/**
 * Reads `webnet:backend` from the file of the stack that the program runs for; undefined if there is none.
 *
 * @param directory the folder of Pulumi.yaml
 */
export function backendInStackFile(directory: string, stack: string, project: string): unknown {
  const file = process.env[stackFileVariable] ?? join(directory, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  return readStackConfig(readFileSync(file, "utf8"), stack, project)[`${NAMESPACE}:backend`];
}
