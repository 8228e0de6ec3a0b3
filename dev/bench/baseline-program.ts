import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { childEnvironment, localPaths } from "../toolchain/environment.ts";
import { runQuietly } from "./measure.ts";

const sources = {
  empty: 'export const nothing = "";\n',
  providers: `import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as random from "@pulumi/random";

new docker.Network("network", { name: "webnet-bench-providers" });
new command.local.Command("command", { create: "true" });
new random.RandomPassword("password", { length: 32 });
`,
} as const;

/**
 * A baseline with the CLI, Node and libraries of the platform. `empty` has no resource. `providers` has one resource of
 * each provider that the platform uses: it shows how much of the platform's time the start of the providers takes.
 */
export class BaselineProgram {
  private readonly name: keyof typeof sources;
  private readonly directory: string;

  constructor(name: keyof typeof sources) {
    this.name = name;
    this.directory = join(localPaths.made, "bench", name);
  }

  /** Writes the program, makes its stack and brings it up. A preview then finds nothing to do. */
  async create(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
    await mkdir(this.directory, { recursive: true });
    const files = {
      "Pulumi.yaml": `name: ${this.name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
      "package.json": '{ "type": "module", "main": "index.ts" }\n',
      "index.ts": sources[this.name],
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.directory, name), text);
    await symlink(join(projectRoot, "node_modules"), join(this.directory, "node_modules"));
    await this.pulumi(["stack", "select", "--create", this.name]);
    await this.pulumi(["up", "--yes", "--skip-preview", "--stack", this.name]);
  }

  /** Runs `pulumi preview`, which finds nothing to do, with further options and variables. */
  async preview(
    options: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.pulumi(["preview", "--stack", this.name, ...options], environment);
  }

  /** Removes the program, its stack and its resources. */
  async remove(): Promise<void> {
    await this.pulumi(["destroy", "--yes", "--skip-preview", "--stack", this.name]).catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true });
    await rm(join(localPaths.state, ".pulumi", "stacks", this.name), { recursive: true, force: true });
  }

  private async pulumi(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await runQuietly(join(localPaths.bin, "pulumi"), [...args, "--non-interactive"], {
      cwd: this.directory,
      env: { ...childEnvironment(), ...environment },
    });
  }
}
