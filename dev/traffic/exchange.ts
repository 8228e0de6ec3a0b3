import { checkAnswer } from "./answers.ts";
import type { Answer } from "./request.ts";
import type { Outcome } from "./run.ts";

/** Makes one request, by any protocol. */
export type Exchange = (method: "GET" | "POST", path: string, body?: string) => Promise<Answer>;

// These routes repeat the id of the request in their answer.
const echoing = /^\/api\/(?:version|slow)(?:\?|$)/;
let requests = 0;

/**
 * Makes a GET, with an id of its own if the route repeats the id.
 * @throws Error when the answer is wrong, or belongs to another request.
 */
export async function getPage(exchange: Exchange, path: string): Promise<Outcome> {
  if (!echoing.test(path)) return { answeredBy: checkAnswer(await exchange("GET", path)) };
  requests += 1;
  const id = String(requests);
  const withId = `${path}${path.includes("?") ? "&" : "?"}id=${id}`;
  return { answeredBy: checkAnswer(await exchange("GET", withId), { id }) };
}

/**
 * Writes a row by a POST.
 * @throws Error when the answer doesn't confirm this row.
 */
export async function writeRow(exchange: Exchange, id: string): Promise<Outcome> {
  const body = JSON.stringify({ id, text: "a row of the traffic" });
  return { answeredBy: checkAnswer(await exchange("POST", "/api/rows", body), { id }) };
}
