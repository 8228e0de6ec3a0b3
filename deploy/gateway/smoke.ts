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

/**
 * Sends requests through the gateway, from inside its container, so that the engine may be anywhere. Every answer must
 * be a 2xx: the first other one ends it with an error that names path and status.
 */
export async function smokeCheck(gateway: Docker.Container, check: SmokeCheck): Promise<void> {
  // The request's headers go to standard input: the guard's token must not stand in a process list.
  const result = await execIn(gateway, ["curl", "--fail-early", "--config", "-"], curlConfig(check));
  const answers = result.stdout.trim().split("\n").filter(Boolean);
  const failedAt = answers.findIndex((answer) => !/^2\d\d /.test(answer));
  if (failedAt === -1 && answers.length === check.paths.length * check.attempts) return;
  const position = failedAt === -1 ? answers.length : failedAt;
  const route = check.guard === undefined ? "public" : "guarded";
  const answer = failedAt === -1 ? "no answer" : `status and URL: ${answers[failedAt] ?? ""}`;
  throw new Error(
    `smoke check by the ${route} route failed in round ${Math.floor(position / check.paths.length) + 1} ` +
      `of ${check.attempts}: ${answer}. ${result.stderr.trim()}`.trimEnd(),
  );
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
      "fail",
      'output = "/dev/null"',
      'write-out = "%{http_code} %{url}\\n"',
    ].join("\n"),
  );
  const rounds = Array.from({ length: check.attempts }, () => transfers);
  return rounds.flat().join("\nnext\n");
}
