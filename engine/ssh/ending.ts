import type { ChildProcess } from "node:child_process";
import { finished } from "node:stream";

/** After its end ssh's last words arrive at once. */
const lastWordsMilliseconds = 500;

/**
 * Calls back with the exit code, perhaps twice, when an ssh has ended and everything that it printed has arrived. The
 * event `close` alone is not enough: it waits for a program in the background that holds ssh's error output open.
 */
export function whenEnded(ssh: ChildProcess, tell: (code: number | null) => void): void {
  ssh.once("close", tell);
  ssh.once("exit", (code) => {
    const soon = (): void => {
      setTimeout(tell, lastWordsMilliseconds, code);
    };
    if (ssh.stdout === null) soon();
    else finished(ssh.stdout, soon);
  });
}
