import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { childEnvironment, localPaths } from "../toolchain/environment.ts";
import { runQuietly } from "./measure.ts";

const stack = "empty";

/** The baseline: a Pulumi program without any resource, run by the same CLI, Node and libraries. */
export class EmptyProgram {
  private readonly directory = join(localPaths.made, "bench", "empty");

  /** Writes the program and makes its stack. */
  async create(): Promise<void> {
    await this.remove();
    await mkdir(this.directory, { recursive: true });
    const files = {
      "Pulumi.yaml": "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "package.json": '{ "type": "module", "main": "index.ts" }\n',
      "index.ts": 'export const nothing = "";\n',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.directory, name), text);
    await symlink(join(projectRoot, "node_modules"), join(this.directory, "node_modules"));
    await this.pulumi("stack", "select", "--create", stack);
  }

  /** `pulumi preview` of nothing. */
  async preview(): Promise<void> {
    await this.pulumi("preview", "--stack", stack);
  }

  /** Removes program and stack. */
  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
    await rm(join(localPaths.state, ".pulumi", "stacks", "empty"), { recursive: true, force: true });
  }

  private async pulumi(...args: string[]): Promise<void> {
    await runQuietly(join(localPaths.bin, "pulumi"), [...args, "--non-interactive"], {
      cwd: this.directory,
      env: childEnvironment(),
    });
  }
}
