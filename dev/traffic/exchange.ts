import { checkAnswer } from "./answers.ts";
import type { Answer } from "./request.ts";
import type { Outcome } from "./run.ts";

/** Makes one request, by whatever protocol. */
export type Exchange = (method: "GET" | "POST", path: string, body?: string) => Promise<Answer>;

// These answers name the id of the request that they answer.
const echoing = /^\/api\/(?:version|slow)(?:\?|$)/;
let requests = 0;

/**
 * A GET, with an id of its own where the answer tells it.
 * @throws Error when the answer isn't a right one to this very request.
 */
export async function getPage(exchange: Exchange, path: string): Promise<Outcome> {
  if (!echoing.test(path)) return { answeredBy: checkAnswer(await exchange("GET", path)) };
  requests += 1;
  const id = String(requests);
  const withId = `${path}${path.includes("?") ? "&" : "?"}id=${id}`;
  return { answeredBy: checkAnswer(await exchange("GET", withId), { id }) };
}

/**
 * A POST that writes a row.
 * @throws Error when the answer doesn't say that this row was written now.
 */
export async function writeRow(exchange: Exchange, id: string): Promise<Outcome> {
  const body = JSON.stringify({ id, text: "a row of the traffic" });
  return { answeredBy: checkAnswer(await exchange("POST", "/api/rows", body), { id }) };
}
