import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { localPaths } from "../../dev/toolchain/environment.ts";
import { mutants, mutated } from "./mutants.ts";

const notCopied = new Set([".git", ".webnet", "node_modules"]);

/**
 * Copies the program, so that edits of this checkout don't disturb a long run, and puts a mutant's mistake into the
 * copy.
 *
 * @param mutant default: none
 * @returns the folder of the copy, removed when this process exits
 * @throws when the file doesn't have the mutant's text exactly once
 */
export function programCopy(mutant?: string): string {
  const folder = join(localPaths.made, "test", `program-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(projectRoot)) {
    if (!notCopied.has(entry)) cpSync(join(projectRoot, entry), join(folder, entry), { recursive: true });
  }
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  const mistake = mutant === undefined ? undefined : mutants[mutant];
  if (mutant === undefined || mistake === undefined) return folder;
  const file = join(folder, mistake.file);
  writeFileSync(file, mutated(mutant, mistake, readFileSync(file, "utf8")));
  return folder;
}
