import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connectEngine } from "../../engine/client.ts";
import { projectRoot } from "../../host/project.ts";
import { childEnvironment, localPaths } from "./environment.ts";
import { removeExtraEngines } from "./extra-engines.ts";
import { removeLeftovers } from "./leftovers.ts";
import { withLock } from "../../host/lock.ts";
import { stopPrivateEngine } from "./private-engine.ts";
import { setUp } from "./setup.ts";
import { formatSeconds } from "./step.ts";
import { messageOf } from "../../host/message.ts";

const patterns = ["test/unit/**/*.test.ts", "test/integration/**/*.test.ts"];
/** For `npm run test:long`: tests too long for every run, and integration tests that a usual run shortens. */
const longPatterns = ["test/long/**/*.test.ts", "test/integration/**/*.test.ts"];
const longOption = "--long";
/** Number of test files at the same time in a whole run. Their platforms wait more than they compute. */
const jobs = 2;
const progressSeconds = 60;
const totalsFile = join(localPaths.made, "test-totals.json");

interface Totals {
  passed: number;
  failed: number;
}

/** True if mocha's arguments name test files. */
function namesFiles(given: readonly string[]): boolean {
  return given.some((argument) => /\.test\.ts$|^test\//.test(argument));
}

/**
 * The arguments for mocha. If none of the given ones names a test file, adds all files, and runs some at a time. A long
 * run takes them one by one: parallel tests would disturb its measurements.
 */
export function mochaArguments(given: readonly string[], all: readonly string[], isLong = false): string[] {
  if (namesFiles(given)) return [...given];
  return [...(isLong ? [] : ["--parallel", "--jobs", String(jobs)]), ...given, ...all];
}

/** Sorts test files for a run: the slow ones first, so that the many quick ones fill the gaps at the end. */
export function inOrder(files: readonly string[]): string[] {
  const isUnit = (file: string): boolean => file.startsWith(join("test", "unit"));
  return files.toSorted(
    (one, other) => Number(isUnit(one)) - Number(isUnit(other)) || (one < other ? -1 : 1),
  );
}

/** True if mocha succeeded and at least one test ran: an empty run proves nothing. */
export function isGood(exitCode: number, totals: Totals | undefined): boolean {
  return exitCode === 0 && totals !== undefined && totals.failed === 0 && totals.passed > 0;
}

async function runMocha(given: readonly string[]): Promise<number> {
  rmSync(totalsFile, { force: true });
  mkdirSync(localPaths.made, { recursive: true });
  const isLong = given.includes(longOption);
  const files = inOrder(
    (isLong ? longPatterns : patterns).flatMap((pattern) => globSync(pattern, { cwd: projectRoot })),
  );
  const child = spawn(
    process.execPath,
    [
      join("node_modules", "mocha", "bin", "mocha.js"),
      // A process that a failed test leaves behind must not block the end of the run.
      ...["--exit", "--timeout", "60s", "--reporter", "./dev/toolchain/test-reporter.ts"],
      ...mochaArguments(
        given.filter((argument) => argument !== longOption),
        files,
        isLong,
      ),
    ],
    {
      cwd: projectRoot,
      env: {
        ...childEnvironment(),
        WEBNET_TEST_TOTALS: totalsFile,
        ...(isLong && { WEBNET_TEST_LONG: "true" }),
      },
      stdio: "inherit",
    },
  );
  process.on("SIGTERM", (signal) => child.kill(signal));
  // The terminal sends SIGINT to mocha too. This process ignores it, and cleans up after mocha.
  process.on("SIGINT", () => undefined);
  const stopTelling = namesFiles(given) ? () => undefined : tellProgress();
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject).once("exit", (code) => {
        resolve(code ?? 1);
      });
    });
  } finally {
    stopTelling();
  }
}

/** Prints the elapsed time once a minute: mocha shows the tests of a file only when all of them have ended. */
function tellProgress(): () => void {
  const start = Date.now();
  const timer = setInterval(() => {
    console.log(`  tests: ${formatSeconds((Date.now() - start) / 1000)} so far`);
  }, progressSeconds * 1000);
  return () => {
    clearInterval(timer);
  };
}

function readTotals(): Totals | undefined {
  return existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, "utf8")) as Totals) : undefined;
}

async function cleanUp(engineHost: string): Promise<void> {
  await removeExtraEngines("left");
  await removeLeftovers(connectEngine(engineHost), {
    ofStack: (stack) => stack.startsWith("test-"),
    volumes: true,
  });
}

async function test(given: readonly string[]): Promise<boolean> {
  const { engineHost, startedEngine } = await setUp();
  try {
    await cleanUp(engineHost);
    const exitCode = await runMocha(given);
    const totals = readTotals();
    if (exitCode !== 0 && totals === undefined)
      console.error(`mocha ended with exit code ${exitCode} and no totals`);
    const { passed, failed } = totals ?? { passed: 0, failed: 0 };
    if (passed + failed === 0) console.error("No test ran.");
    if (startedEngine) await cleanUp(engineHost);
    totalsLine = `${passed} passed, ${failed} failed`;
    return isGood(exitCode, totals);
  } finally {
    if (startedEngine && process.env["WEBNET_KEEP_ENGINE"] === undefined) await stopPrivateEngine();
  }
}

let totalsLine = "0 passed, 0 failed";

if (import.meta.main) {
  try {
    const good = await withLock("test", () => test(process.argv.slice(2)), console.log);
    process.exitCode = good ? 0 : 1;
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
  console.log(totalsLine);
  process.exit();
}
