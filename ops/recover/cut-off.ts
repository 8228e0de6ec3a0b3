import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Target } from "../target.ts";
import { filesIn, sidecarEnding, stateFolder } from "../../pulumi/backend.ts";
import type { Narrator } from "./narrator.ts";

/**
 * Finds unreadable sidecars of the stack's files. In a folder backend, Pulumi writes a sidecar beside each file, unless
 * the backend's URL ends in `?metadata=skip`. It writes the file in one step, but not the sidecar: a kill at that
 * moment leaves the sidecar empty. Pulumi then can't read the stack, although its state is intact.
 */
export async function cutOffSidecars(target: Target): Promise<string[]> {
  const folder = await stateFolder(target);
  return folder === undefined ? [] : sidecarsIn(folder, target).filter((file) => !isJson(file));
}

/**
 * Removes the unreadable sidecars: Pulumi works without them.
 *
 * @returns true if there was one
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
  const ofStack = filesIn(join(folder, "stacks", project)).filter((file) =>
    [`${stack}.json`, `${stack}.pulumi-tags`].some((name) => basename(file).startsWith(name)),
  );
  const kept = ["history", "backups"].flatMap((part) => filesIn(join(folder, part, project, stack)));
  return [...ofStack, ...kept].filter((file) => file.endsWith(sidecarEnding));
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
