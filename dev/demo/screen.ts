import { formatSeconds } from "../toolchain/step.ts";
import { commandFor } from "../../settings/edit.ts";
import type { Update } from "./platform.ts";
import type { DemoStep } from "./steps.ts";

const heartbeatSeconds = 10;

/** Next steps for the operator after an update with an unexpected result. */
export const adviceAfterFailure = [
  "The platform stays as it is. To bring it to the config in the repository: npm run pulumi -- up",
  "If Pulumi says that the stack is locked or that operations are pending: npm run ops -- recover --stack local",
];

/** Prints whole lines. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** The closing text: the meaning of the table, and commands to try next. */
export function closing(url: string, prometheusUrl: string): string[] {
  return [
    "Measured through the gateway: every request over kept and new connections; any answer but 2xx, any broken",
    "connection and any cut body counts as failed, and nothing was sent twice. update: wall time of `pulumi up`.",
    "A request belongs to the step in which it began. Every acknowledged row was then read back by its id.",
    "",
    `The platform goes on serving:  ${url}   Prometheus: ${prometheusUrl}`,
    "  npm run pulumi -- preview                                    what an update would change (nothing now)",
    "  npm run pulumi -- config set webnet:activeColor green        the other colour, then:",
    "  npm run pulumi -- up                                         switch to it",
    "  npm run ops -- deploy --tag v2 --stack local                 all of a deploy: plan, update, switch, watch",
    "  npm run ops -- status --stack local                          what serves, and what stands by",
    "  npm run down                                                 take it down (data kept)",
    "  npm run purge                                                remove all that set-up made",
  ];
}

/** Prints the title, the explanation and the commands of a step. */
export function announce(index: number, step: DemoStep): void {
  print("", `${index + 1}. ${step.title}`, `   ${step.explanation}`);
  print(...step.changes.map((change) => `   $ ${commandFor(change)}`), "   $ pulumi up");
}

/** Prints the result of an update. */
export function showUpdate(update: Update, seconds: number): void {
  if (update.outcome === "succeeds") {
    print(`   Updated in ${formatSeconds(seconds)}: ${update.changes}.`);
  } else {
    print(
      `   The update failed after ${formatSeconds(seconds)}:`,
      ...update.errors.map((line) => `     ${line}`),
    );
  }
}

/** Runs `work`, and prints the elapsed time every 10 s. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  const heartbeat = setInterval(() => {
    print(`   … ${formatSeconds(Math.round(elapsed()))}`);
  }, heartbeatSeconds * 1000);
  try {
    return { value: await work(), seconds: elapsed() };
  } finally {
    clearInterval(heartbeat);
  }
}
