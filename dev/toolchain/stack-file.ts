import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { localStack } from "./environment.ts";

/** The stack config file of the embedded default. */
export const localStackFile = join(projectRoot, `Pulumi.${localStack}.yaml`);

/**
 * Removes the encryption salt that the CLI writes to a stack's file at every run. The file is under version control,
 * but the passphrase belongs to this machine: another machine would refuse the salt. In a file with secrets the salt
 * stays, since the CLI needs it to read them.
 */
export function withoutSalt(text: string): string {
  if (/^\s+secure:/m.test(text)) return text;
  return text.replace(/^encryptionsalt:.*(?:\n|$)/m, "");
}

/** Restores the embedded default's stack file to the form that its author wrote. */
export function tidyStackFile(): void {
  if (!existsSync(localStackFile)) return;
  const text = readFileSync(localStackFile, "utf8");
  const tidy = withoutSalt(text);
  if (tidy !== text) writeFileSync(localStackFile, tidy);
}
