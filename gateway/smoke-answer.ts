import type { Route } from "../contract/gateway.ts";

const shownCharacters = 200;

/** The answer to one request of a smoke check. */
export interface Answer {
  /** 0 if there was no answer. */
  status: number;
  milliseconds: number;
  /** The release that the gateway names in the answer; empty if it names none. */
  release: string;
  /** curl's error message; empty if curl reports none. */
  error: string;
  /** The beginning of the body. */
  body: string;
}

/** What the smoke check compares an answer with. */
export interface Expected {
  expected: Route["smoke"]["checks"][number];
  release: string;
  token: string;
  /** True if the time limit applies: not in the first of several rounds. */
  isWarm: boolean;
}

/** Says what the check expected and what came; undefined if the answer is good. */
export function problemOf(how: Expected, answer: Answer): string | undefined {
  const wanted = unmet(how, answer);
  if (wanted === undefined) return undefined;
  const came =
    answer.status === 0
      ? `no answer within ${answer.milliseconds} ms`
      : `status ${answer.status} after ${answer.milliseconds} ms${answer.release && ` from ${answer.release}`}`;
  // For a status of 400 or more, curl's message adds nothing.
  const why = answer.error !== "" && answer.status < 400 ? ` (${answer.error})` : "";
  const body = excerpt(answer.body, how.token);
  return `expected ${wanted}, got ${came}${why}${body && `; its body begins: ${body}`}`;
}

function unmet({ expected, release, isWarm }: Expected, answer: Answer): string | undefined {
  const { status, text, withinMilliseconds } = expected;
  const isGood =
    status === undefined ? answer.status >= 200 && answer.status <= 299 : answer.status === status;
  if (!isGood || (answer.error !== "" && answer.status < 400))
    return status === undefined ? "a status from 200 to 299" : `status ${status}`;
  if (answer.release !== release) return `an answer from ${release}`;
  if (text !== undefined && !answer.body.includes(text)) return `the text ${JSON.stringify(text)}`;
  if (isWarm && withinMilliseconds !== undefined && answer.milliseconds > withinMilliseconds)
    return `the answer within ${withinMilliseconds} ms`;
  return undefined;
}

/** The first characters of a body in one line, without anything that may be a secret. */
function excerpt(body: string, token: string): string {
  const line = body
    .replaceAll(token, "***")
    .replaceAll(
      /((?:passw|secret|token|api-?key|authorization|cookie)[\w-]*["']?\s*[:=]\s*["']?)[^\s"'&,;]+/gi,
      "$1***",
    )
    .replaceAll(/[^\P{C}]+|\s+/gu, " ")
    .trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line;
}
