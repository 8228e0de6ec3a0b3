import { z } from "zod";
import { defaults } from "../defaults.ts";
import { count, listOf, clientAddress, withDefault } from "./fields.ts";
import { pathPrefix } from "./names.ts";

const of = defaults.gateway.rateLimits;
/** How often one client may ask. A client is an IPv4 address, or an IPv6 network of 64 bits. */
export const rateLimits = z
  .strictObject({
    apiPerSecond: withDefault(
      count(0, 100_000, "requests"),
      of.apiPerSecond,
      "Requests to `/api` that one client may send each second in the long run; more get 429 and when to try again. 0 for no bound. A client is an IPv4 address, or an IPv6 network of 64 bits. Private addresses are not counted, as with `gateway.requestsPerClient`: name your proxy in `gateway.trustedProxies`.",
    ),
    apiBurst: withDefault(
      count(1, 100_000, "requests"),
      of.apiBurst,
      "Requests to `/api` that one client may send at once beyond that, as a page does when it loads.",
    ),
    loginPaths: withDefault(
      listOf(pathPrefix(), 50, "paths"),
      of.loginPaths,
      "Addresses that check a password or send a mail, such as `/api/login`, with all below them. Requests to them that change something (POST and the like) are counted by themselves, against whoever tries passwords.",
    ),
    loginsPerMinute: withDefault(
      count(0, 100_000, "requests"),
      of.loginsPerMinute,
      "Such requests that one client may send each minute in the long run; more get 429. 0 for no bound.",
    ),
    loginBurst: withDefault(
      count(1, 100_000, "requests"),
      of.loginBurst,
      "Such requests that one client may send at once beyond that, as an office behind one address does in the morning.",
    ),
    exemptPaths: withDefault(
      listOf(pathPrefix(), 50, "paths"),
      of.exemptPaths,
      "Addresses that neither rate counts, with all below them, such as one that a payment service calls. Open requests stay bounded.",
    ),
    exemptClients: withDefault(
      listOf(clientAddress(), 200, "addresses"),
      of.exemptClients,
      "Clients that neither rate counts, such as a partner's server or a large office.",
    ),
  })
  .prefault({});
