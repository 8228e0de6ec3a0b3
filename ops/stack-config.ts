import { NAMESPACE } from "../settings/commands.ts";
import { secretKeys } from "../settings/schema/settings.ts";
import { parseSettings, type Settings } from "../settings/parse.ts";
import { SettingsError } from "../settings/problem.ts";
import { parsePulumiYaml, type PulumiValue } from "../pulumi/yaml.ts";
import { messageOf } from "../host/message.ts";

/** Placeholder for an encrypted value of the stack's file. */
const sealed = "<encrypted>";

/**
 * Reads a stack's settings from the text of its file. It decrypts no secret: each secret's value is a placeholder.
 *
 * @param project the project's name: the namespace of keys without one
 * @throws SettingsError as `parseSettings` does, and if Pulumi can't read the text
 */
export function readStackFile(text: string, stack: string, project = NAMESPACE): Settings {
  const raw: Record<string, unknown> = {};
  const secret = new Set<string>();
  for (const [name, value] of Object.entries(readStackConfig(text, stack, project))) {
    const key = ownKey(name);
    if (key === undefined) continue;
    if (secretKeys.includes(key) ? isAllSecret(value) : holdsSecret(value)) secret.add(key);
    raw[key] = withoutSecrets(value);
  }
  return parseSettings(raw, stack, secret);
}

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

function ownKey(name: string): string | undefined {
  const prefix = `${NAMESPACE}:`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

function isSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Object.keys(value).join() !== "secure") return false;
  return typeof (value as { secure: unknown }).secure === "string";
}

function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

/** True if no part of the value is in plain text. */
function isAllSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).every(isAllSecret);
}

function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) return sealed;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, withoutSecrets(below)]));
}
