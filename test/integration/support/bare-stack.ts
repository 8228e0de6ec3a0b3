import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Target } from "../../../ops/target.ts";
import { childEnvironment } from "../../../dev/toolchain/environment.ts";

/** A stack without a program, in its own folder and backend. It shows what the Pulumi CLI does by itself. */
export class BareStack implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "webnet-bare-"));
  readonly target: Target;

  /** @param backend the backend's URL. Default: its own folder */
  constructor(name: string, backend?: string, environment: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.folder, "state"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: webnet\nruntime: nodejs\n");
    this.target = new Target(name, this.folder, {
      ...childEnvironment(),
      PULUMI_BACKEND_URL: backend ?? `file://${join(this.folder, "state")}?metadata=skip`,
      TZ: "UTC",
      ...environment,
    });
  }

  /** Writes the stack config file. */
  write(text: string): void {
    writeFileSync(this.target.configFile, text);
  }

  /**
   * Runs the Pulumi CLI on the stack, and returns its standard output.
   *
   * @throws Error when the CLI fails
   */
  async must(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.target.pulumi(args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
