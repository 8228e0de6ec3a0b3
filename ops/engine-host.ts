import { decode } from "../settings/coerce.ts";
import { NAMESPACE } from "../settings/commands.ts";
import { engineHost } from "../settings/schema/names.ts";
import { settingsSchema } from "../settings/schema/settings.ts";
import type { PulumiValue } from "../pulumi/yaml.ts";
import { readStackConfig } from "../pulumi/stack-file.ts";

const { engine } = settingsSchema.shape;
const hostSchema = engineHost();

/**
 * Reads the setting `engine.host` of a stack's file in which something is wrong.
 *
 * @returns without a host if the file sets none, or can't be read; undefined if the setting itself is wrong, so that
 *   nobody knows which engine is meant
 */
export function hostInWrongFile(text: string, stack: string, project: string): { host?: string } | undefined {
  const written = decode(engine, configOf(text, stack, project)[`${NAMESPACE}:engine`]);
  if (typeof written !== "object" || written === null || !("host" in written)) return {};
  const { data: host } = hostSchema.safeParse(written.host);
  return host === undefined ? undefined : { host };
}

function configOf(text: string, stack: string, project: string): Record<string, PulumiValue> {
  try {
    return readStackConfig(text, stack, project);
  } catch {
    return {};
  }
}
