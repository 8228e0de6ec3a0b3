import { engineAddress } from "../engine/address.ts";
import type { Settings } from "../settings/index.ts";

/** True if the engine's address is a socket of this machine. */
export function engineIsHere(settings: Settings): boolean {
  return engineAddress(settings.engine.host).startsWith("unix://");
}

/**
 * True if the engine runs without root: it then has a network of its own, not its host's.
 *
 * @param securityOptions as the engine lists them, for example `name=rootless`
 */
export function isRootless(securityOptions: readonly string[] | null | undefined): boolean {
  return (securityOptions ?? []).some((option) => option.split(",").includes("name=rootless"));
}
