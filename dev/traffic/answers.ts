import type { Answer } from "./request.ts";

const mostSaid = 200;

/** An answer with a failure status. Keeps the beginning of its body, which helps to find the cause. */
export class FailedAnswer extends Error {
  readonly said: string;

  constructor({ status, body }: Answer) {
    super(`HTTP ${status}`);
    this.said = body.slice(0, mostSaid);
  }
}

/**
 * Checks an answer and tells which release gave it: `color version` of a backend, `frontend version` of a page.
 * @param expected values that a JSON answer must contain, such as the id of the request or the digest of the upload.
 * @throws Error with a short reason, when a healthy release would answer this request differently.
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
 * `color version` from a backend's JSON. Undefined if the JSON lacks them.
 * @throws Error "unreadable body" when the text isn't JSON.
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
