import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectEngine } from "../../engine/client.ts";
import { endEngine, enginePid, launchEngine, unmountUnder } from "./engine-process.ts";
import { localPaths } from "./environment.ts";
import { parseOwner, stateOf, thisProcess } from "../../host/owner.ts";
import { enginePaths, type EnginePaths } from "./private-paths.ts";

const prefix = "engine-";

/** The paths of an engine besides the private one, in `.webnet/engine-<purpose>`. Tests may kill such an engine. */
export function extraEnginePaths(purpose: string): EnginePaths {
  return enginePaths(`${prefix}${purpose}`);
}

/**
 * Removes an engine with its containers, networks, data and mounts, in whatever state it is. Starts a stopped engine
 * once more: only the engine knows the networks that it made.
 */
export async function removeEngine(paths: EnginePaths): Promise<void> {
  if (!existsSync(paths.folder)) return;
  try {
    if (enginePid(paths) === undefined) await launchEngine(paths, { liveRestore: false });
    const engine = connectEngine(`unix://${paths.socket}`);
    const containers = await engine.listContainers({ all: true });
    await Promise.all(containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true })));
    const networks = await engine.listNetworks({ filters: { type: ["custom"] } });
    await Promise.all(networks.map(({ Id }) => engine.getNetwork(Id).remove()));
  } catch {
    // An engine from an interrupted set-up may never start. The code below ends its remaining processes.
  }
  await endEngine(paths);
  await unmountUnder(paths.folder);
  for (const folder of [paths.folder, paths.short]) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Records this process as the owner. While it lives, `removeExtraEngines("left")` keeps the engine. */
export function ownEngine(paths: EnginePaths): void {
  writeFileSync(ownerFile(paths), JSON.stringify(thisProcess()));
}

/** Removes the engines besides the private one: those that interrupted tests left, or all of them. */
export async function removeExtraEngines(which: "left" | "all"): Promise<void> {
  if (!existsSync(localPaths.made) || process.getuid?.() !== 0) return;
  for (const name of readdirSync(localPaths.made).filter((entry) => entry.startsWith(prefix))) {
    const paths = enginePaths(name);
    if (which === "all" || !isOwned(paths)) await removeEngine(paths);
  }
}

function isOwned(paths: EnginePaths): boolean {
  const file = ownerFile(paths);
  const owner = existsSync(file) ? parseOwner(readFileSync(file, "utf8")) : undefined;
  return owner !== undefined && stateOf(owner) !== "gone";
}

function ownerFile(paths: EnginePaths): string {
  return join(paths.folder, "owner");
}
