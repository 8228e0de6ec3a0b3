import type { Fault } from "./settings.ts";

/** Number of requests that a degrading version answers well: more than a smoke check sends, fewer than users send. */
export const goodRequests = 100;

/** Returns a function that counts requests. Call it once per request: true means that the request must fail. */
export function faultOf(fault: Fault): () => boolean {
  let requests = 0;
  return () => {
    requests += 1;
    return fault === "failing" || (fault === "degrading" && requests > goodRequests);
  };
}
