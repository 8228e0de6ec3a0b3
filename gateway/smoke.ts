import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { execSeconds, type Exec } from "../engine/exec.ts";
import type { Route } from "../contract/gateway.ts";
import { gatewayPorts, publicSocket } from "./layout.ts";
import { colorOf } from "../settings/color.ts";
import { replicaSuffix } from "../workload/names.ts";
import { problemOf, type Answer } from "./smoke-answer.ts";

const bodyBytes = 64 * 1024;
const pauseMilliseconds = 200;
/** After a reload, old workers accept connections for about a tenth of a second. */
const oldWorkersMilliseconds = 3000;

/** The requests of a smoke check and how it sends them. */
export interface SmokeCheck {
  host: string;
  smoke: Route["smoke"];
  /** `guarded` asks for the release by its name, `public` asks as every client does. */
  route: "guarded" | "public";
  /** The release that the answers must name. */
  release: string;
  /** The container of that release that a guarded request asks for. Default: the first */
  replica?: number;
  token: string;
}

/**
 * Sends requests through the gateway, from inside its container, so that the engine may be anywhere. Stops at the first
 * bad answer.
 *
 * @param exec runs a command in the gateway's container
 * @throws Error that says which request failed, what the check expected and what came
 */
export async function smokeCheck(exec: Exec, check: SmokeCheck): Promise<void> {
  const deadline = Date.now() + oldWorkersMilliseconds;
  for (;;) {
    const problem = await firstProblem(exec, check);
    if (problem === undefined) return;
    if (!problem.isOfAnotherRelease || check.route === "guarded" || Date.now() > deadline)
      throw new Error(problem.message);
    await sleep(pauseMilliseconds);
  }
}

/** What a release is asked: of one with one part, nothing that the other one would answer. */
function checksOf({ smoke, release }: SmokeCheck): Route["smoke"]["checks"] {
  return smoke.alone?.[colorOf(release)] ?? smoke.checks;
}

async function firstProblem(
  exec: Exec,
  check: SmokeCheck,
): Promise<{ message: string; isOfAnotherRelease: boolean } | undefined> {
  const { attempts } = check.smoke;
  const checks = checksOf(check);
  const { answers, noise } = await ask(exec, check);
  for (let at = 0; at < checks.length * attempts; at += 1) {
    const expected = checks[at % checks.length];
    const round = Math.floor(at / checks.length) + 1;
    if (expected === undefined) break;
    const answer = answers[at];
    const judged = { ...check, expected, isWarm: round > 1 || attempts === 1 };
    const problem = answer === undefined ? `got no answer. ${noise}`.trimEnd() : problemOf(judged, answer);
    if (problem === undefined) continue;
    return {
      message:
        `smoke check by the ${check.route} route failed in round ${round} of ${attempts}: ` +
        `${expected.path} of ${check.release}${replicaSuffix(check.replica ?? 1)}: ${problem}`,
      isOfAnotherRelease:
        answer?.release !== undefined && answer.release !== "" && answer.release !== check.release,
    };
  }
  return undefined;
}

/**
 * Sends all requests in one command, one after the other, each with its own curl. Each line of standard input is one
 * request: the guard's token must not appear in a process list. Keeps the beginning of each body. Stops after the first
 * request that curl reports as failed.
 */
async function ask(exec: Exec, check: SmokeCheck): Promise<{ answers: Answer[]; noise: string }> {
  const mark = randomBytes(12).toString("hex");
  const script = [
    "exec 3>&1",
    "while IFS= read -r request; do",
    // File descriptor 4 carries curl's exit code past the pipe. `cat` reads the rest of a body, so that curl does not
    // fail.
    `  code=$({ { printf '%b' "$request" | curl --config -; echo $? >&4; } |`,
    `    { head -c ${bodyBytes}; cat > /dev/null; } >&3; } 4>&1)`,
    `  echo ${mark}`,
    '  [ "$code" = 0 ] || break',
    "done",
  ].join("\n");
  const rounds = Array.from({ length: check.smoke.attempts }, () => checksOf(check));
  const lines = rounds.flat().map((expected) => `${asLine(curlConfig(check, expected, mark))}\n`);
  const seconds = execSeconds + lines.length * check.smoke.timeoutSeconds;
  const result = await exec(["sh", "-c", script], lines.join(""), seconds);
  if (result.exitCode < 0)
    throw new Error("the check was cut off: the engine or the gateway's container ended meanwhile");
  const bodies = result.stdout.split(`${mark}\n`);
  const told = result.stderr.split("\n").filter(Boolean);
  const records = told.filter((line) => line.startsWith(`${mark} `));
  return {
    answers: records.map((line, at) => readAnswer(line, bodies[at] ?? "")),
    noise: told.filter((line) => !records.includes(line)).join(" "),
  };
}

function readAnswer(record: string, body: string): Answer {
  const [, status = "0", seconds = "0", release = "", ...error] = record.split(" ");
  return {
    status: Number(status),
    milliseconds: Math.round(Number(seconds) * 1000),
    release: release.slice(1),
    error: error.join(" ").trim(),
    body,
  };
}

function curlConfig(check: SmokeCheck, expected: Route["smoke"]["checks"][number], mark: string): string {
  return [
    `url = "http://127.0.0.1:${gatewayPorts.public}${expected.path}"`,
    // Uses the socket: by the port, another nginx that shares it may answer.
    `unix-socket = "${publicSocket}"`,
    `header = "Host: ${check.host}"`,
    'user-agent = "webnet-smoke-check"',
    ...(check.route === "guarded" ? [`header = "X-Webnet-Release: ${check.release}"`] : []),
    ...(check.replica === undefined ? [] : [`header = "X-Webnet-Replica: ${check.replica}"`]),
    `header = "X-Webnet-Token: ${check.token}"`,
    `max-time = ${check.smoke.timeoutSeconds}`,
    "silent",
    ...((expected.status ?? 0) < 400 ? ["fail-with-body"] : []),
    `write-out = "%{stderr}${mark} %{http_code} %{time_total} =%header{x-webnet-release} %{errormsg}\\n"`,
  ].join("\n");
}

/** Escapes a text into one line, which `printf %b` turns back. */
function asLine(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
