import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { localStack } from "./environment.ts";

const stackFile = join(projectRoot, `Pulumi.${localStack}.yaml`);

/**
 * Takes out of a stack's file what the CLI notes about the passphrase at every run. The file is under version control and
 * the passphrase is this machine's own: a noted one would be refused on the next machine. Where secrets stand in the
 * file it is needed to read them, and stays.
 */
export function withoutSalt(text: string): string {
  if (/^\s+secure:/m.test(text)) return text;
  return text.replace(/^encryptionsalt:.*(?:\n|$)/m, "");
}

/** Leaves the embedded default's stack file as its author wrote it. */
export function tidyStackFile(): void {
  if (!existsSync(stackFile)) return;
  const text = readFileSync(stackFile, "utf8");
  const tidy = withoutSalt(text);
  if (tidy !== text) writeFileSync(stackFile, tidy);
}
