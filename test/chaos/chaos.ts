import fc from "fast-check";
import { brokenUpdates } from "./commands/broken-updates.ts";
import { configuration } from "./commands/configuration.ts";
import { crashes } from "./commands/crashes.ts";
import { messageOf } from "../../host/message.ts";
import { initialConfig, Model, servingText } from "./model.ts";
import { ChaosPlatform } from "./platform.ts";
import type { Outage } from "./prober.ts";
import { Step, StepFailed, type Course, type StepKind, type StepReport } from "./step.ts";
import { demandSuccess } from "./updates.ts";

/** Just over the ten seconds that nginx keeps idle connections: many steps wait for the whole drain. */
const defaultDrainSeconds = 12;

/** Commands to draw at once. A run skips commands that don't fit the model. */
const batch = 60;

/** Options of a run. */
export interface ChaosOptions {
  steps: number;
  /** Determines every step. */
  seed: number;
  /** The folder of the program. Default: this checkout. */
  program?: string;
  /** Drain time of a superseded release, in seconds. The longest requests take nearly as long. Default: 12. */
  drainSeconds?: number;
  /** Receives one line for each step, and other messages of the run. */
  print: (line: string) => void;
}

/** The result of a run without a failed step. */
export interface ChaosSummary {
  /** Number of steps by kind. */
  kinds: Map<string, number>;
  requests: number;
  rows: number;
  /** Failed requests. All of them overlap an outage that the test itself caused. */
  excused: number;
  outages: Outage[];
}

/**
 * Brings up a platform and takes the steps that the seed draws, under constant traffic. At the end, the first config
 * must lead back to a clean platform.
 *
 * @throws StepFailed when the platform differs from the model.
 */
export async function runChaos({ steps, seed, print, ...options }: ChaosOptions): Promise<ChaosSummary> {
  const liveRestore = seed % 2 === 0;
  print(`bringing up a platform on an engine of its own, with live-restore ${liveRestore ? "on" : "off"}`);
  const platform = await ChaosPlatform.start({
    program: options.program,
    liveRestore,
    drainSeconds: options.drainSeconds ?? defaultDrainSeconds,
  });
  try {
    const names = (await platform.containers()).map(({ name }) => name);
    const model = new Model(liveRestore);
    const kinds = new Map<string, number>();
    const course: Course = {
      limit: steps,
      done: 0,
      report: (report) => {
        kinds.set(report.kind, (kinds.get(report.kind) ?? 0) + 1);
        print(lineOf(report));
      },
    };
    for (let round = 0; course.done < steps; round += 1) {
      for (const commands of drawn(course, seed + round)) {
        await fc.asyncModelRun(() => ({ model, real: platform }), commands);
      }
    }
    await backToTheStart(model, platform, names);
    const { sent, rows, excused } = platform.prober.totals;
    await platform.remove();
    return { kinds, requests: sent, rows, excused, outages: platform.prober.outages() };
  } catch (error) {
    // What can't be removed, as under a lock that a failed step left, must not hide the step's own failure.
    await platform.remove().catch((left: unknown) => {
      print(`not all of it could be removed: ${messageOf(left)}`);
    });
    throw error;
  }
}

/** Draws a batch of steps. The same seed draws the same steps. */
function drawn(course: Course, seed: number) {
  const every = [...configuration, ...brokenUpdates, ...crashes];
  const steps = every.map((kinds) => kinds.map((kind: StepKind) => new Step(kind, course)));
  const commands = fc.commands<Model, ChaosPlatform, false>(steps, { maxCommands: batch, size: "max" });
  return fc.sample(commands, { seed, numRuns: 1 });
}

async function backToTheStart(
  model: Model,
  platform: ChaosPlatform,
  names: readonly string[],
): Promise<void> {
  const last = "after the last one, back to the first config";
  const problems: string[] = [];
  demandSuccess(await platform.up(initialConfig));
  model.updated(initialConfig);
  const second = await platform.up(initialConfig);
  demandSuccess(second);
  if (second.changed === true) problems.push(`a second update changed something:\n${second.output}`);
  await platform.prober.stop();
  problems.push(...platform.prober.unexcused().map((failure) => `a request was lost: ${failure}`));
  problems.push(...(await platform.prober.wrongRows()));
  const left = (await platform.containers()).map(({ name }) => name);
  if (left.join() !== names.join())
    problems.push(`the containers are ${left.join(", ")}, not ${names.join(", ")}`);
  const answering = await platform.answering();
  const expected = `${servingText({ color: "blue", tag: "v1" })}, frontend v1`;
  if (answering !== expected) problems.push(`what answers is ${answering}, not ${expected}`);
  if (problems.length > 0) throw new StepFailed(last, problems);
}

function lineOf({ number, name, seconds, serving }: StepReport): string {
  return `${String(number).padStart(4)}  ${seconds.toFixed(1).padStart(6)} s  ${serving.padEnd(8)}  ${name}`;
}
