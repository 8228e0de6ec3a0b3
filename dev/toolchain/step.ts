import { messageOf } from "../../host/message.ts";
/** Reports the progress of a step. The next heartbeat line shows the newest text. */
export type Progress = (text: string) => void;

/** The outcome of a step: its work, or the reason why there was nothing to do. */
export type Outcome = { done: string } | { skipped: string };

/** How steps print. */
export interface StepOptions {
  /** Receives whole lines without line feed. Default: prints to standard output. */
  print?: (line: string) => void;
  /** Seconds between the heartbeat lines of a long step. Default 15: short for a watcher and for a CI's idle limit. */
  heartbeatSeconds?: number;
  /** Also prints steps that had nothing to do. Default: false. */
  verbose?: boolean;
}

const millisecondsPerSecond = 1000;
const secondsPerMinute = 60;
const defaultHeartbeatSeconds = 15;

/** Formats a duration: `0.4s`, `12s`, `3m15s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < secondsPerMinute) return `${whole}s`;
  const rest = String(whole % secondsPerMinute).padStart(2, "0");
  return `${Math.floor(whole / secondsPerMinute)}m${rest}s`;
}

/**
 * Runs one step of set-up and prints its outcome and duration. Prints only whole lines: several steps may run at once,
 * and a log reads like a terminal.
 *
 * @throws the error of the work, with the step's title in front.
 */
export async function step(
  title: string,
  work: (progress: Progress) => Promise<Outcome>,
  options: StepOptions = {},
): Promise<void> {
  const print = options.print ?? printLine;
  const started = performance.now();
  const elapsed = (): string => formatSeconds((performance.now() - started) / millisecondsPerSecond);
  let latest = "";
  const heartbeat = setInterval(
    () => {
      print(`  ${title}: ${latest === "" ? "working" : latest} (${elapsed()} so far)`);
    },
    (options.heartbeatSeconds ?? defaultHeartbeatSeconds) * millisecondsPerSecond,
  );
  try {
    const outcome = await work((text) => {
      latest = text;
    });
    if ("done" in outcome) print(`• ${title} … ${outcome.done} (${elapsed()})`);
    else if (options.verbose === true) print(`• ${title} … ${outcome.skipped}`);
  } catch (error) {
    const reason = messageOf(error);
    // Prints the failure at once: other steps may run for minutes before set-up ends.
    print(`• ${title} … failed (${elapsed()}): ${reason.split("\n", 1)[0] ?? ""}`);
    throw new Error(`${title}: ${reason}`, { cause: error });
  } finally {
    clearInterval(heartbeat);
  }
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
