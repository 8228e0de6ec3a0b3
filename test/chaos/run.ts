import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { removeExtraEngines } from "../../dev/toolchain/extra-engines.ts";
import { stopPrivateEngine } from "../../dev/toolchain/private-engine.ts";
import { setUp } from "../../dev/toolchain/setup.ts";
import { withoutTestEngine } from "../integration/support/engine.ts";
import { runChaos, type ChaosSummary } from "./chaos.ts";
import { mutants } from "./mutants.ts";
import { programCopy } from "./program-copy.ts";
import { StepFailed } from "./step.ts";
import { messageOf } from "../../host/message.ts";

const defaultSteps = 40;
const largestSeed = 2 ** 31 - 1;

const usage = [
  "usage: npm run chaos -- [--steps N] [--seed S] [--mutant NAME]",
  `  --steps N      so many random steps. Default: ${defaultSteps}`,
  "  --seed S       the steps of an earlier run. Default: a new seed, which is printed",
  "  --mutant NAME  breaks a copy of the program on purpose; the run must find it:",
  ...Object.entries(mutants).map(([name, { what }]) => `                   ${name.padEnd(16)} ${what}`),
].join("\n");

/** Parses an option as a whole number within bounds. */
function whole(option: string, text: string, smallest: number, largest: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= smallest && value <= largest) return value;
  throw new Error(`--${option} is ${text}; it must be a whole number, ${smallest} to ${largest}\n${usage}`);
}

async function main(): Promise<boolean> {
  const options = {
    steps: { type: "string" },
    seed: { type: "string" },
    mutant: { type: "string" },
  } as const;
  const { values } = parseArgs({ options });
  const steps = whole("steps", values.steps ?? String(defaultSteps), 1, 10_000);
  const seed = whole("seed", values.seed ?? String(randomInt(largestSeed)), 0, largestSeed);
  const { mutant } = values;
  if (mutant !== undefined && !Object.hasOwn(mutants, mutant)) {
    throw new Error(`--mutant is ${mutant}, which there is not\n${usage}`);
  }
  const reason = withoutTestEngine();
  if (reason !== undefined) throw new Error(`the fault test needs root: ${reason}`);
  const replay = `npm run chaos -- --steps ${steps} --seed ${seed}${mutant === undefined ? "" : ` --mutant ${mutant}`}`;
  console.log(`seed ${seed}; to run the same steps again: ${replay}`);
  const { startedEngine } = await setUp();
  await removeExtraEngines("left");
  // The fault test starts its own engine from the files that set-up unpacked, and doesn't need the private one.
  if (startedEngine) await stopPrivateEngine();
  const program = programCopy(mutant);
  const drainSeconds = mutant === undefined ? undefined : mutants[mutant]?.drainSeconds;
  const drain = drainSeconds === undefined ? {} : { drainSeconds };
  const started = performance.now();
  try {
    const summary = await runChaos({ steps, seed, program, print: console.log, ...drain });
    console.log(["", ...told(summary, (performance.now() - started) / 1000)].join("\n"));
    if (mutant === undefined) return true;
    console.log(`the mutant ${mutant} was NOT caught in ${steps} steps`);
    return false;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.log(`\n${error.message}\n`);
    if (mutant === undefined) console.log(`FAILED. To run the same steps again: ${replay}`);
    else console.log(`caught: the mutant ${mutant} (${mutants[mutant]?.what ?? ""}), by step ${error.step}`);
    return mutant !== undefined;
  }
}

function told({ kinds, requests, rows, excused, outages }: ChaosSummary, seconds: number): string[] {
  const steps = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  const faults = [...new Set(outages.map(({ fault }) => fault))].sort();
  return [
    ...[...kinds].sort().map(([kind, count]) => `  ${String(count).padStart(4)} × ${kind}`),
    `${steps} steps in ${Math.round(seconds)} s; ${requests} requests, none failed but while what serves was killed`,
    `by the test (${excused}); ${rows} rows acknowledged, all found, none twice. Longest outage after:`,
    ...faults.map((fault) => {
      const [longest] = outages
        .filter((outage) => outage.fault === fault)
        .sort((one, other) => other.seconds - one.seconds);
      return `  ${fault.padEnd(24)} ${(longest?.seconds ?? 0).toFixed(1)} s, at last ${longest?.last ?? "nothing"}`;
    }),
  ];
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
process.exit();
