import { z } from "zod";
import { defaults } from "../defaults.ts";
import { flag, seconds, withDefault } from "./fields.ts";

const guest = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const allowed = "an IP address, or a network such as 192.0.2.0/24";

/** What clients get while the platform is closed for maintenance. */
export const maintenance = z
  .strictObject({
    on: withDefault(
      flag(),
      defaults.gateway.maintenance.on,
      "Whether clients get the maintenance page, with 503. `npm run ops -- maintenance on` does the same at once and without an update, until `off`.",
    ),
    guests: withDefault(
      z
        .array(guest.meta({ allowed, placeholder: "<address>" }))
        .max(200)
        .meta({ allowed: `a list of at most 200, each ${allowed}`, placeholder: "<address>" }),
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
