import { z } from "zod";
import { NAMESPACE } from "../../settings/commands.ts";
import { readableJson } from "../../settings/json.ts";
import type { Settings } from "../../settings/parse.ts";
import { registryLogins } from "../../settings/registries.ts";
import type { Target } from "../target.ts";

const valueSchema = z.object({ value: z.string().exactOptional(), objectValue: z.unknown().optional() });
const configSchema = z.record(z.string(), valueSchema);
const passwordsSchema = z.record(z.string(), z.string());

/**
 * Returns a stack's settings with the registries' passwords in plain text. Pulumi decrypts them from the stack's file.
 *
 * @throws Error if Pulumi can't decrypt them, for example without the passphrase
 */
export async function settingsWithPasswords(target: Target): Promise<Settings> {
  const settings = target.settings();
  if (registryLogins(settings).length === 0) return settings;
  const { exitCode, stdout, stderr } = await target.pulumi(["config", "--show-secrets", "--json"]);
  const config = exitCode === 0 ? readableJson(configSchema, stdout) : undefined;
  // No stdout in the message: it contains the secrets.
  if (config === undefined)
    throw new Error(
      `the registries' passwords can't be decrypted: ${stderr.trim() || "pulumi config told none"}`,
    );
  const one = config[`${NAMESPACE}:registryPassword`]?.value;
  const several = passwordsSchema.safeParse(config[`${NAMESPACE}:registryPasswords`]?.objectValue);
  return {
    ...settings,
    ...(one !== undefined && { registryPassword: one }),
    ...(several.success && { registryPasswords: several.data }),
  };
}
