import { workerProcesses } from "../render/nginx.ts";
import { acceptingWorkers, askItself, type Question } from "./asking.ts";
import { ownConfig } from "./layout.ts";

/** How often a wait looks for what it waits for. */
export const proofPollMilliseconds = 100;

/** What nginx must answer before a reload counts as done. */
export interface Proof {
  about: Question;
  /** A shell word. */
  is: string;
}

/**
 * Shell script that reloads nginx once, and waits until only new workers take connections and answer `is`. nginx can
 * accept a reload and not apply it. It ends with 1, and says what nginx answers, if that doesn't come in time.
 */
export function reloadScript({ about, is }: Proof, timeoutSeconds: number): string[] {
  return [
    `nginx -s reload -c ${ownConfig}`,
    `left=${(timeoutSeconds * 1000) / proofPollMilliseconds}`,
    "while [ $left -gt 0 ]; do",
    "  left=$((left - 1))",
    `  serving=$(${askItself(about).join(" ")} 2>/dev/null) || serving=`,
    // Old workers take new connections until they notice the reload.
    `  accepting=${acceptingWorkers}`,
    `  [ "$serving" = ${is} ] && [ $accepting -le ${workerProcesses} ] && exit 0`,
    `  sleep ${proofPollMilliseconds / 1000}`,
    "done",
    'echo "still serving: ${serving:-no answer}, by $accepting workers" >&2',
    "exit 1",
  ];
}
