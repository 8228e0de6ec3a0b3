import { execFile } from "node:child_process";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../host/project.ts";
import { localPaths } from "../../../dev/toolchain/environment.ts";

const execute = promisify(execFile);

/** The program of a former commit, in its own folder. */
export class FormerProgram {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Unpacks the program of a commit.
   *
   * @returns undefined, after it prints the reason, if this clone's history doesn't have the commit
   */
  static async unpack(commit: string): Promise<FormerProgram | undefined> {
    const folder = join(localPaths.made, "test", `former-${commit}-${process.pid}`);
    await mkdir(folder, { recursive: true });
    const archive = `${folder}.tar`;
    try {
      await execute("git", ["archive", "--output", archive, commit], { cwd: projectRoot });
    } catch (error) {
      console.log(`      skipped: this clone's history has no ${commit} (${String(error)})`);
      await rm(folder, { recursive: true });
      return undefined;
    }
    await execute("tar", ["-xf", archive, "-C", folder]);
    await rm(archive);
    await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    return new FormerProgram(folder);
  }

  /** The stack config file for a platform of this program. */
  get config(): string {
    return join(this.folder, "Pulumi.local.yaml");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
