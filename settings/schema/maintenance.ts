import { z } from "zod";
import { defaults } from "../defaults.ts";
import { flag, listOf, clientAddress, seconds, withDefault } from "./fields.ts";

/** What clients get while the platform is closed for maintenance. */
export const maintenance = z
  .strictObject({
    on: withDefault(
      flag(),
      defaults.gateway.maintenance.on,
      "Whether clients get the maintenance page, with 503. `npm run ops -- maintenance on` does the same at once and without an update, until `off`.",
    ),
    guests: withDefault(
      listOf(clientAddress(), 200, "addresses"),
      defaults.gateway.maintenance.guests,
      "Clients that are served all the same, such as the team's own. Behind a proxy, their addresses count only with `gateway.trustedProxies`.",
    ),
    retryAfterSeconds: withDefault(
      seconds(1, 86_400),
      defaults.gateway.maintenance.retryAfterSeconds,
      "When clients are told to come again (`Retry-After`).",
    ),
  })
  .prefault({});
