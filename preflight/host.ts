import type { Settings } from "../settings/index.ts";

/** Whether the engine is on this machine, as far as its address says. */
export function engineIsHere(settings: Settings): boolean {
  return (settings.engine.host ?? process.env["DOCKER_HOST"] ?? "unix://").startsWith("unix://");
}

/**
 * Whether an engine runs without root, and so in a network of its own that isn't its host's.
 *
 * @param securityOptions as the engine tells them, for example `name=rootless`
 */
export function isRootless(securityOptions: readonly string[] | null | undefined): boolean {
  return (securityOptions ?? []).some((option) => option.split(",").includes("name=rootless"));
}
