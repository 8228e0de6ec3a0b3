import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../host/project.ts";
import { localStack } from "../toolchain/environment.ts";
import { localStackFile } from "../toolchain/stack-file.ts";
import { setUp } from "../toolchain/setup.ts";
import { tidyStackFile } from "../toolchain/stack-file.ts";
import { steadyTraffic } from "../traffic/options.ts";
import { startTraffic, type Traffic } from "../traffic/traffic.ts";
import { ConfigCopy } from "./config.ts";
import { outcomeTable, problemsOf, problemsOfReturn } from "./outcome.ts";
import { Platform, type Update } from "./platform.ts";
import { adviceAfterFailure, announce, closing, print, showUpdate, timed } from "./screen.ts";
import { wrongServing } from "./serving.ts";
import { startChanges, steps } from "./steps.ts";
import { messageOf } from "../../host/message.ts";

const copyFile = path.join(projectRoot, ".webnet", "demo", `Pulumi.${localStack}.yaml`);
const baselineSeconds = 3;
const interruptedCode = 130;

const interruption = new AbortController();
const isInterrupted = () => interruption.signal.aborted;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (isInterrupted()) process.exit(interruptedCode);
    interruption.abort();
    print("", "Interrupted: waiting for the running step to end. Once more to leave at once.");
  });
}

try {
  process.exitCode = await play();
} catch (error) {
  print("", `The demo failed: ${messageOf(error)}`);
  process.exitCode = isInterrupted() ? interruptedCode : 1;
}
tidyStackFile();
// The pipes of a killed update may still be open and would keep the process alive.
process.exit();

async function play(): Promise<number> {
  print("webnet demo: blue-green releases under load, on this machine only", "");
  await setUp();
  const platform = await Platform.open();
  const config = new ConfigCopy(localStackFile, copyFile);
  const { url, prometheusUrl } = await bringUp(platform, config);
  if (isInterrupted()) return interruptedCode;

  print(`   It serves at ${url}. The load begins: GETs and POSTs, over kept and new connections.`);
  const traffic = startTraffic({ baseUrl: url, kinds: steadyTraffic, step: "steady load" });
  await sleep(baselineSeconds * 1000);
  const { updateSeconds, surprises } = await playSteps(platform, config, traffic, url);
  await traffic.stop();
  if (isInterrupted()) {
    print("", ...adviceAfterFailure);
    return interruptedCode;
  }
  const rows = await traffic.verifyRows().catch((error: unknown) => {
    surprises.push(messageOf(error));
    return undefined;
  });
  const measured = { updateSeconds, summaries: traffic.summaries(), rows, surprises };
  if (surprises.length === 0 && !(await config.isOriginal())) {
    const update = await returnToOwnConfig(platform);
    surprises.push(...problemsOfReturn(update));
  }
  print("", ...outcomeTable(measured));

  const problems = problemsOf(measured);
  if (problems.length > 0) {
    print("", ...problems, ...adviceAfterFailure);
    return 1;
  }
  print("", "0 requests failed, and every row was found again.", "", ...closing(url, prometheusUrl));
  return 0;
}

async function bringUp(
  platform: Platform,
  config: ConfigCopy,
): Promise<{ url: string; prometheusUrl: string }> {
  print("", "Bringing the platform up: blue serves v1, green stands by with v1.");
  await config.begin(startChanges);
  const { value: update, seconds } = await timed(() => platform.up(config.file));
  showUpdate(update, seconds);
  if (update.outcome === "fails") {
    throw new Error(["the platform did not come up.", ...adviceAfterFailure].join("\n"));
  }
  return { url: String(update.outputs.url), prometheusUrl: String(update.outputs.prometheusUrl) };
}

async function playSteps(
  platform: Platform,
  config: ConfigCopy,
  traffic: Traffic,
  url: string,
): Promise<{ updateSeconds: Map<string, number>; surprises: string[] }> {
  const updateSeconds = new Map<string, number>();
  const surprises: string[] = [];
  for (const [index, step] of steps.entries()) {
    traffic.mark(step.title);
    announce(index, step);
    await config.change(step.changes);
    const { value: update, seconds } = await timed(() => platform.up(config.file));
    updateSeconds.set(step.title, seconds);
    showUpdate(update, seconds);
    if (isInterrupted()) break;
    if (update.outcome !== step.outcome) {
      surprises.push(`In step "${step.title}" the update ${update.outcome}; by design it ${step.outcome}.`);
    }
    const wrong = await wrongServing(url, step.serves);
    if (wrong !== undefined) surprises.push(`After step "${step.title}": ${wrong}`);
    if (surprises.length > 0) break;
    print(`   Serving: ${step.serves.color} ${step.serves.version}.`);
  }
  return { updateSeconds, surprises };
}

async function returnToOwnConfig(platform: Platform): Promise<Update> {
  print("", `Back to Pulumi.${localStack}.yaml, which differs from the demo's start.`);
  const { value, seconds } = await timed(() => platform.up());
  showUpdate(value, seconds);
  return value;
}
