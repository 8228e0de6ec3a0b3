import { parseDocument } from "yaml";
import { NAMESPACE } from "../settings/commands.ts";
import { secretKeys } from "../settings/schema/settings.ts";
import { parseSettings, type Settings } from "../settings/parse.ts";

/** What stands for a secret of the stack's file, which is not decrypted here. */
const sealed = "<encrypted>";

/**
 * Reads a stack's settings from the text of its file. Secrets stay encrypted there: each one's value is a placeholder.
 *
 * @throws Error where it is no YAML; SettingsError, see `parseSettings`
 */
export function readStackFile(text: string, stack: string): Settings {
  const config = (parsed(text, stack) as { config?: Record<string, unknown> | null } | null)?.config ?? {};
  const prefix = `${NAMESPACE}:`;
  const raw: Record<string, unknown> = {};
  const secret = new Set<string>();
  for (const [name, value] of Object.entries(config)) {
    if (!name.startsWith(prefix)) continue;
    const key = name.slice(prefix.length);
    if (secretKeys.includes(key) ? isAllSecret(value) : holdsSecret(value)) secret.add(key);
    raw[key] = withoutSecrets(value);
  }
  return parseSettings(raw, stack, secret);
}

/** The parser's own message shows the lines around, in which a secret may stand that is not encrypted yet. */
function parsed(text: string, stack: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const [what = ""] = error.message.split("\n");
  throw new Error(`Pulumi.${stack}.yaml is no YAML: ${what.replace(/:$/, "")}`);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}

function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

/** Whether nothing of a value is in plain text. */
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
