import type { Result } from "./results.ts";

/**
 * Streams and websockets that the other side ended before their release had its drain time. When a release was
 * superseded shows in the new connections of the same traffic: from then on another one answers them.
 */
export function endedEarly(results: readonly Result[], drainSeconds: number): Result[] {
  const sightings = results.filter(
    ({ kind, answeredBy }) => kind === "newConnection" && answeredBy?.startsWith("frontend ") === false,
  );
  return results.filter((stream) => {
    if (stream.ended !== "farewell" && stream.ended !== "dropped") return false;
    const others = sightings.filter(
      ({ start, answeredBy }) => start > stream.start && answeredBy !== stream.answeredBy,
    );
    const superseded = Math.min(...others.map(({ start }) => start));
    return stream.start + stream.milliseconds < superseded + drainSeconds * 1000;
  });
}
