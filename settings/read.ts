import * as pulumi from "@pulumi/pulumi";
import type { Beside } from "./beside.ts";
import { NAMESPACE } from "./commands.ts";
import { parseSettings, type Settings } from "./parse.ts";

// Pulumi's SDK exports this function, but leaves it out of its typings.
interface RuntimeConfig {
  isConfigSecret: (key: string) => boolean;
}

/**
 * Reads and checks the configuration of the running stack. It reads all keys of the namespace, not only the known ones,
 * so it finds a mistyped one.
 *
 * @throws SettingsError, see `parseSettings`
 */
export function readSettings(beside: Beside = {}): Settings {
  const prefix = `${NAMESPACE}:`;
  const ours = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(ours.map(([key, value]) => [key.slice(prefix.length), value]));
  const secret = Object.keys(raw).filter((key) => isConfigSecret(prefix + key));
  return parseSettings(raw, pulumi.getStack(), new Set(secret), beside);
}

function isConfigSecret(key: string): boolean {
  return (pulumi.runtime as unknown as RuntimeConfig).isConfigSecret(key);
}

/** Whether the stack config encrypts anything of the backend's: the stack's file tells what. */
export function backendHoldsSecret(): boolean {
  return isConfigSecret(`${NAMESPACE}:backend`);
}
