import type { Result } from "../../../dev/traffic/results.ts";

/** The result of one request over a kept connection: a success unless `rest` says otherwise. */
export const result = (start: number, milliseconds: number, rest: Partial<Result> = {}): Result => ({
  kind: "keepAlive",
  start,
  milliseconds,
  failure: undefined,
  answeredBy: undefined,
  row: undefined,
  ...rest,
});
