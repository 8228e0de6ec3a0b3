import type { Result } from "../../../dev/traffic/results.ts";

/** What came of one request over a kept connection, answered well unless `rest` says otherwise. */
export const result = (start: number, milliseconds: number, rest: Partial<Result> = {}): Result => ({
  kind: "keepAlive",
  start,
  milliseconds,
  failure: undefined,
  answeredBy: undefined,
  row: undefined,
  ...rest,
});
