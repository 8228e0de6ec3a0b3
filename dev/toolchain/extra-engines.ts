import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectEngine } from "../../engine/client.ts";
import { endEngine, enginePid, launchEngine, unmountUnder } from "./engine-process.ts";
import { localPaths } from "./environment.ts";
import { parseOwner, stateOf, thisProcess } from "../../host/owner.ts";
import { enginePaths, type EnginePaths } from "./private-paths.ts";

const prefix = "engine-";

/** The paths of an engine beside the private one, which tests may kill: `.webnet/engine-<purpose>`. */
export function extraEnginePaths(purpose: string): EnginePaths {
  return enginePaths(`${prefix}${purpose}`);
}

/**
 * Removes an engine with its containers, networks, data and mounts, in whatever state it is: an engine that doesn't run
 * is started once more, since only it knows the networks that it made.
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
    // One that was broken off while it was being made may never start; what can still run of it ends below.
  }
  await endEngine(paths);
  await unmountUnder(paths.folder);
  for (const folder of [paths.folder, paths.short]) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Notes whose engine it is: while this process lives, tidying leaves it alone. */
export function ownEngine(paths: EnginePaths): void {
  writeFileSync(ownerFile(paths), JSON.stringify(thisProcess()));
}

/** Removes the engines beside the private one that interrupted tests left, or every one. */
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
