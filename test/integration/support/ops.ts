import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../../host/project.ts";
import { childEnvironment } from "../../../dev/toolchain/environment.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** A running operator's command. */
export interface RunningOps {
  /** Everything that it has printed so far, on both streams. */
  printed(): string;
  /** Resolves when its output matches. Rejects if it ends without a match. */
  until(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<{ exitCode: number | null; output: string }>;
}

/** Starts `npm run ops -- <args>` on a test's platform, but without npm. */
export function startOps(platform: TestPlatform, ...args: string[]): RunningOps {
  const child = spawn(
    process.execPath,
    [
      join(projectRoot, "ops", "ops.ts"),
      ...args,
      "--stack",
      platform.name,
      "--cwd",
      platform.stack.workspace.workDir,
    ],
    { env: childEnvironment(), stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<{ exitCode: number | null; output: string }>((resolve, reject) => {
    child.once("error", reject).once("close", (exitCode) => {
      resolve({ exitCode, output });
    });
  });
  return {
    printed: () => output,
    ended,
    signal: (name) => child.kill(name),
    until: async (pattern) => {
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(output)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => {
          if (!pattern.test(output)) reject(new Error(`it never printed ${String(pattern)}:\n${output}`));
        });
      });
    },
  };
}

/** Runs an operator's command that must succeed, and returns its output. */
export async function ops(platform: TestPlatform, ...args: string[]): Promise<string> {
  const { exitCode, output } = await startOps(platform, ...args).ended;
  if (exitCode !== 0) throw new Error(`ops ${args.join(" ")} ended with ${String(exitCode)}:\n${output}`);
  return output;
}

/** Runs an operator's command that must fail, and returns its output. */
export async function failingOps(platform: TestPlatform, ...args: string[]): Promise<string> {
  const { exitCode, output } = await startOps(platform, ...args).ended;
  if (exitCode === 0) throw new Error(`ops ${args.join(" ")} was expected to fail:\n${output}`);
  return output;
}
