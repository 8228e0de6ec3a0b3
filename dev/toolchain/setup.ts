import { join } from "node:path";
import { buildSampleImages } from "../sample/images.ts";
import { bringEngine } from "./engine.ts";
import { projectRoot } from "../../host/project.ts";
import { chosenEngine, localPaths } from "./environment.ts";
import { dropGoCaches } from "./go.ts";
import { buildImages } from "./images/build.ts";
import { withLock } from "../../host/lock.ts";
import { bringPlugin } from "./plugins.ts";
import { isPrivateEngineRunning } from "./private-engine.ts";
import { bringPulumi } from "./pulumi-cli.ts";
import { step, type Outcome, type StepOptions } from "./step.ts";
import { pluginNames, pluginVersion, pulumiVersion } from "./versions.ts";
import { messageOf } from "../../host/message.ts";

/** Options of set-up. */
export interface SetUpOptions extends StepOptions {
  /** Also makes the local images. Default: true. */
  images?: boolean;
}

/** The result of set-up. */
export interface SetUpResult {
  /** The engine's address. */
  engineHost: string;
  /** True if this run started the private engine. */
  startedEngine: boolean;
}

/**
 * Brings everything that the embedded default needs: the Pulumi CLI, plugins, an engine and the local images. Skips
 * finished parts: after a failure, the next run continues where the last one ended.
 *
 * @throws with the failed step's title, after all steps have printed their lines.
 */
export async function setUp(options: SetUpOptions = {}): Promise<SetUpResult> {
  const print = options.print ?? console.log;
  for (const signal of endingSignals) process.on(signal, endOnSignal);
  try {
    return await withLock("setup", () => allSteps({ ...options, print }), print);
  } finally {
    for (const signal of endingSignals) process.removeListener(signal, endOnSignal);
  }
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// `process.exit` ends the running programs and frees the lock. A signal alone does neither.
function endOnSignal(_: NodeJS.Signals, number: number): void {
  process.exit(128 + number);
}

async function allSteps(options: SetUpOptions): Promise<SetUpResult> {
  const ranBefore = isPrivateEngineRunning();
  // Compiling leaves enough idle time on the processors for the downloads of the other lane.
  const lanes = await Promise.allSettled([pulumiLane(options), engineLane(options)]);
  for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
  const engineHost = chosenEngine() ?? "";
  return { engineHost, startedEngine: !ranBefore && isPrivateEngineRunning() };
}

async function pulumiLane(options: SetUpOptions): Promise<void> {
  await step(`Pulumi CLI ${pulumiVersion}`, bringPulumi, options);
  for (const name of pluginNames) {
    await step(`plugin ${name} ${pluginVersion(name)}`, (progress) => bringPlugin(name, progress), options);
  }
  if (process.env["WEBNET_KEEP_GO_CACHE"] === undefined) dropGoCaches();
}

async function engineLane(options: SetUpOptions): Promise<void> {
  await step("Docker engine", bringEngine, options);
  if (options.images === false) return;
  await step("local images", (progress) => images(buildImages, progress), options);
  await step("sample images", (progress) => images(buildSampleImages, progress), options);
}

async function images(
  build: (engineHost: string, report: (line: string) => void) => Promise<void>,
  progress: (text: string) => void,
): Promise<Outcome> {
  const lines: string[] = [];
  await build(chosenEngine() ?? "", (line) => {
    lines.push(line);
    progress(line);
  });
  return lines.length > 0 ? { done: "made" } : { skipped: "already there" };
}

if (import.meta.main) {
  try {
    await setUp({ verbose: true });
    console.log(`Set up in ${join(projectRoot, ".webnet")}; CLI: ${join(localPaths.bin, "pulumi")}`);
  } catch (error) {
    console.error(`\nSet-up failed. ${messageOf(error)}`);
    console.error("What is done stays done: run it again when this is mended.");
    process.exitCode = 1;
  }
}
