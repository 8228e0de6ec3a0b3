import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localPaths, projectRoot } from "../../toolchain/environment.ts";
import { mutants, mutated } from "./mutants.ts";

const notCopied = new Set([".git", ".webnet", "node_modules"]);

/** Copies the program, makes a mutant's mistake in the copy, and gives the copy's folder. */
export function mutatedProgram(name: string): string {
  const mutant = mutants[name];
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`);
  const folder = join(localPaths.made, "mutants", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(projectRoot)) {
    if (!notCopied.has(entry)) cpSync(join(projectRoot, entry), join(folder, entry), { recursive: true });
  }
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, mutant.file);
  writeFileSync(file, mutated(name, mutant, readFileSync(file, "utf8")));
  return folder;
}
