import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../target.ts";
import { stateFolder } from "./backend.ts";
import type { Narrator } from "./narrator.ts";

const sidecarEnding = ".attrs";

/**
 * Finds the files beside those of the stack in which Pulumi can't read how those are to be read. It writes one beside each
 * file of a folder backend, unless the backend's URL ends in `?metadata=skip`, and not in one step as it does the file
 * itself: a kill in that moment leaves it empty. Nothing of the stack can then be read, though its state is whole.
 */
export async function cutOffSidecars(target: Target): Promise<string[]> {
  const folder = await stateFolder(target);
  return folder === undefined ? [] : sidecarsIn(folder, target).filter((file) => !isJson(file));
}

/**
 * Removes them: Pulumi needs none.
 *
 * @returns whether there was one
 */
export async function removeCutOff(target: Target, { report, act }: Narrator): Promise<boolean> {
  const cutOff = await cutOffSidecars(target);
  if (cutOff.length === 0) return false;
  report("Cut off while it was written, and Pulumi reads nothing past it:");
  for (const file of cutOff) report(`  ${file}`);
  await act("remove it: it holds nothing of the state", () => {
    for (const file of cutOff) rmSync(file, { force: true });
    return Promise.resolve();
  });
  return true;
}

function sidecarsIn(folder: string, { project, stack }: Pick<Target, "project" | "stack">): string[] {
  const stacks = join(folder, "stacks", project);
  const ofStack = namesIn(stacks).filter((name) =>
    [`${stack}.json`, `${stack}.pulumi-tags`].some((file) => name.startsWith(file)),
  );
  const kept = ["history", "backups"].map((part) => join(folder, part, project, stack));
  return [
    ...ofStack.map((name) => join(stacks, name)),
    ...kept.flatMap((directory) => namesIn(directory).map((name) => join(directory, name))),
  ].filter((file) => file.endsWith(sidecarEnding));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
