import type { Fault } from "./settings.ts";

/** So many requests a degrading version answers well: more than any smoke check sends, fewer than users do. */
export const goodRequests = 100;

/** Tells of each request, in the order in which they come, whether it is to fail. */
export function faultOf(fault: Fault): () => boolean {
  let requests = 0;
  return () => {
    requests += 1;
    return fault === "failing" || (fault === "degrading" && requests > goodRequests);
  };
}
