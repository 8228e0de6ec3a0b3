import { z } from "zod";
import { defaults } from "../defaults.ts";
import { count, seconds, withDefault } from "./fields.ts";

const decimal = (smallest: number, largest: number, what: string) =>
  z
    .number()
    .min(smallest)
    .max(largest)
    .meta({ allowed: `a ${what}, ${smallest} to ${largest}`, placeholder: "<number>" });

/** How `ops deploy` watches a release after it got the traffic. `pulumi up` ignores this. */
export const bake = z
  .strictObject({
    seconds: withDefault(
      seconds(0, 86_400),
      defaults.bake.seconds,
      "Seconds that `npm run ops -- deploy` watches what it deployed, and goes back by itself if it breaks; 0 doesn't watch.",
    ),
    minimumRequests: withDefault(
      count(1, 1_000_000, "requests"),
      defaults.bake.minimumRequests,
      "Requests within a minute under which nothing is judged by figures. The bake then says so.",
    ),
    errorRatePercent: withDefault(
      decimal(0, 100, "number of percent"),
      defaults.bake.errorRatePercent,
      "Share of requests answered by 5xx, above the share before the deploy, that breaks it.",
    ),
    p95Factor: withDefault(
      decimal(1, 1000, "factor"),
      defaults.bake.p95Factor,
      "How many times as long 95 of 100 requests may take as before the deploy.",
    ),
    p95FloorMilliseconds: withDefault(
      count(0, 600_000, "milliseconds"),
      defaults.bake.p95FloorMilliseconds,
      "A time for 95 of 100 requests that is never too slow.",
    ),
  })
  .prefault({});
