import type { Answer } from "./request.ts";

const mostSaid = 200;

/** An answer with another status than success; what it said is kept to find out why. */
export class FailedAnswer extends Error {
  readonly said: string;

  constructor({ status, body }: Answer) {
    super(`HTTP ${status}`);
    this.said = body.slice(0, mostSaid);
  }
}

/**
 * Who answered, from a whole and successful answer: `color version` of a backend, `frontend version` of a page.
 * @param expected what a JSON answer must say: the id of its request, the digest of what was sent.
 * @throws Error whose message is a short reason, when the answer isn't what a healthy release gives to this request.
 */
export function checkAnswer(answer: Answer, expected: Record<string, unknown> = {}): string | undefined {
  if (answer.status < 200 || answer.status > 299) throw new FailedAnswer(answer);
  if (answer.contentType.startsWith("application/json")) {
    const answeredBy = identityOf(answer.body);
    const said = JSON.parse(answer.body) as Record<string, unknown>;
    const wrong = Object.entries(expected).find(([name, value]) => said[name] !== value);
    if (wrong !== undefined) throw new Error(`wrong ${wrong[0]}`);
    return answeredBy;
  }
  if (!answer.contentType.startsWith("text/html")) return undefined;
  if (!answer.body.trimEnd().endsWith("</html>")) throw new Error("short body");
  const version = /<meta name="webnet-version" content="([^"]*)"/.exec(answer.body)?.[1];
  return version === undefined ? undefined : `frontend ${version}`;
}

/**
 * `color version` of a backend's JSON, when it has them.
 * @throws Error "unreadable body" when it isn't JSON.
 */
export function identityOf(json: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error("unreadable body");
  }
  const { color, version } = (value ?? {}) as { color?: unknown; version?: unknown };
  return typeof color === "string" && typeof version === "string" ? `${color} ${version}` : undefined;
}
