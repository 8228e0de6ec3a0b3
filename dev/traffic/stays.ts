import type { Result } from "./results.ts";

/**
 * Finds streams and websockets that the other side ended before the drain time of their release was over. The new
 * connections of the same traffic show when a release was superseded: from then on, another release answers them.
 */
export function endedEarly(results: readonly Result[], drainSeconds: number): Result[] {
  const sightings = results.filter(
    ({ kind, answeredBy }) => kind === "newConnection" && answeredBy?.startsWith("frontend ") === false,
  );
  return results.filter((stream) => {
    if (stream.ended !== "farewell" && stream.ended !== "dropped") return false;
    const superseded = sightings.reduce(
      (earliest, { start, answeredBy }) =>
        start > stream.start && answeredBy !== stream.answeredBy ? Math.min(earliest, start) : earliest,
      Infinity,
    );
    return stream.start + stream.milliseconds < superseded + drainSeconds * 1000;
  });
}
