import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { execIn } from "../../engine/exec.ts";
import { gatewayPorts } from "./layout.ts";

/** What a smoke check asks. */
export interface SmokeCheck {
  host: string;
  paths: string[];
  /** How often each path must answer well, one round after the other. */
  attempts: number;
  timeoutSeconds: number;
  /** Asks one release by the guarded route; without it the public route is asked. */
  guard?: { release: string; token: string };
}

const pauseMilliseconds = 100;

/**
 * Sends requests through the gateway, from inside its container, so that the engine may be anywhere. Every answer must
 * be a 2xx: the first other one ends it with an error that names path and status.
 */
export async function smokeCheck(gateway: Docker.Container, check: SmokeCheck): Promise<void> {
  for (let attempt = 1; attempt <= check.attempts; attempt += 1) {
    if (attempt > 1) await sleep(pauseMilliseconds);
    // The request's headers go to standard input: the guard's token must not stand in a process list.
    const result = await execIn(gateway, ["curl", "--config", "-"], curlConfig(check));
    const answers = result.stdout.trim().split("\n");
    const failed = answers.find((answer) => !/^2\d\d /.test(answer));
    if (failed === undefined && answers.length === check.paths.length) continue;
    const route = check.guard === undefined ? "public" : "guarded";
    throw new Error(
      `smoke check by the ${route} route failed in round ${attempt} of ${check.attempts}: ` +
        `${failed === undefined ? "no answer" : `status and URL: ${failed}`}. ${result.stderr.trim()}`.trim(),
    );
  }
}

function curlConfig(check: SmokeCheck): string {
  const transfers = check.paths.map((path) =>
    [
      `url = "http://127.0.0.1:${gatewayPorts.public}${path}"`,
      `header = "Host: ${check.host}"`,
      'user-agent = "webnet-smoke-check"',
      ...(check.guard
        ? [
            `header = "X-Webnet-Release: ${check.guard.release}"`,
            `header = "X-Webnet-Token: ${check.guard.token}"`,
          ]
        : []),
      `max-time = ${check.timeoutSeconds}`,
      "silent",
      "show-error",
      'output = "/dev/null"',
      'write-out = "%{http_code} %{url}\\n"',
    ].join("\n"),
  );
  return transfers.join("\nnext\n");
}
