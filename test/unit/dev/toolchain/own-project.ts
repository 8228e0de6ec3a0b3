import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../../host/project.ts";
import { putPrograms } from "../../support/fake-programs.ts";

/** Links to this project's files, in a folder with its own `.webnet`: the project's stays untouched. */
export class OwnProject {
  readonly root = mkdtempSync(join(tmpdir(), "project-"));

  /** @param fakes programs that come before the machine's own */
  constructor(fakes: Readonly<Record<string, string>>) {
    for (const name of readdirSync(projectRoot).filter((entry) => !entry.startsWith(".")))
      symlinkSync(join(projectRoot, name), join(this.root, name));
    mkdirSync(join(this.root, "fakes"));
    putPrograms(join(this.root, "fakes"), fakes);
  }

  /** Runs a module's text in the project's folder, and returns what it printed. */
  async run(text: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
    // Otherwise Node follows the links back into this project.
    const options = ["--preserve-symlinks", "--preserve-symlinks-main", "--input-type=module", "-e", text];
    const { stdout } = await promisify(execFile)(process.execPath, options, {
      cwd: this.root,
      env: { PATH: `${join(this.root, "fakes")}:/usr/bin:/bin`, ...environment },
    });
    return stdout;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
