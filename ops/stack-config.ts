import { NAMESPACE } from "../settings/commands.ts";
import { secretKeys } from "../settings/schema/settings.ts";
import { parseSettings, type Settings } from "../settings/parse.ts";
import { holdsSealed, isAllSealed, sealedPlaceholder, withoutSealed } from "../settings/sealed.ts";
import { readStackConfig } from "../pulumi/stack-file.ts";
import { projectRoot } from "../host/project.ts";

/** Where a stack's file stands, and under which name of the project. */
export interface FilePlace {
  /** The project's name: the namespace of keys without one. */
  project?: string;
  /** The folder of the file. Paths in it are relative to that folder. Default: the program's own */
  directory?: string;
}

/**
 * Reads a stack's settings from the text of its file. It decrypts no secret: each secret's value is a placeholder.
 *
 * @throws SettingsError as `parseSettings` does, and if Pulumi can't read the text
 */
export function readStackFile(
  text: string,
  stack: string,
  { project = NAMESPACE, directory = projectRoot }: FilePlace = {},
): Settings {
  const raw: Record<string, unknown> = {};
  const secret = new Set<string>();
  const config = readStackConfig(text, stack, project);
  for (const [name, value] of Object.entries(config)) {
    const key = ownKey(name);
    if (key === undefined) continue;
    if (secretKeys.includes(key) ? isAllSealed(value) : holdsSealed(value)) secret.add(key);
    raw[key] = withoutSealed(value, sealedPlaceholder);
  }
  return parseSettings(raw, stack, secret, { directory, backend: config[`${NAMESPACE}:backend`] });
}

function ownKey(name: string): string | undefined {
  const prefix = `${NAMESPACE}:`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
