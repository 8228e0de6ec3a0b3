import { execFile } from "node:child_process";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../host/project.ts";
import { localPaths } from "../../../dev/toolchain/environment.ts";

const execute = promisify(execFile);

/** The program as a former commit had it, in a folder of its own. */
export class FormerProgram {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Unpacks it.
   *
   * @returns undefined where this clone's history doesn't have the commit, with a word about it
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

  /** The stack file of a platform that this program makes. */
  get config(): string {
    return join(this.folder, "Pulumi.local.yaml");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
