import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts programs, which are shell scripts, into a folder to put before the real ones on a `PATH`. */
export function putPrograms(folder: string, scripts: Readonly<Record<string, string>>): void {
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
