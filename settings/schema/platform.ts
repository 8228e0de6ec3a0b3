import { z } from "zod";
import { defaults } from "../defaults.ts";
import {
  address,
  bindAddress,
  count,
  flag,
  health,
  limits,
  listOf,
  megabytes,
  optional,
  port,
  publicAddress,
  remaking,
  seconds,
  withDefault,
} from "./fields.ts";
import { alias, databaseName, databaseUser, engineHost, networkName } from "./names.ts";
import { access } from "./access.ts";
import { dataVolume } from "./data-volume.ts";
import { headers } from "./headers.ts";
import { maintenance } from "./maintenance.ts";
import { proxies } from "./proxies.ts";
import { routes } from "./routes.ts";
import { rateLimits } from "./rate-limits.ts";
import { smoke } from "./smoke.ts";
import { tls } from "./tls.ts";
import { pages, traffic } from "./traffic.ts";

/** Which engine everything runs on. */
export const engine = z
  .strictObject({
    host: optional(
      engineHost(),
      "The Docker engine that everything runs on.",
      "`DOCKER_HOST`, else the engine's own socket",
    ),
    minimumFreeDiskMegabytes: withDefault(
      count(0, 10_485_760, "megabytes"),
      defaults.engine.minimumFreeDiskMegabytes,
      "Free space on the engine's disk below which no new release is made, beside `gateway.temporaryMegabytes`; 0 asks for neither.",
    ),
    minimumFreeMemoryMegabytes: withDefault(
      count(0, 1_048_576, "megabytes"),
      defaults.engine.minimumFreeMemoryMegabytes,
      "Memory of the engine's host that must stay available beside the limit of a new release.",
    ),
  })
  .prefault({});

/** The network that every container is on. */
export const network = z
  .strictObject({
    name: remaking(
      withDefault(networkName(), defaults.network.name, "Name of the network that every container is on."),
      "the edge",
      "MySQL",
    ),
    adopt: withDefault(
      flag(),
      defaults.network.adopt,
      "Use a network of that name that exists already, and leave it when the platform goes.",
    ),
    dns: remaking(
      withDefault(
        z
          .array(address("an IP address"))
          .max(3)
          .meta({ allowed: "a list of at most 3 IP addresses; an empty one leaves it to the engine" }),
        defaults.network.dns,
        "Name servers for names outside the network.",
      ),
      "the edge",
      "MySQL",
    ),
  })
  .prefault({});

/** The one service that the public talks to. */
export const gateway = z
  .strictObject({
    httpPort: remaking(
      withDefault(
        port(),
        defaults.gateway.httpPort,
        "Port of the host for http. With `gateway.tls` it only leads to https.",
      ),
      "the edge",
    ),
    bindAddress: remaking(
      withDefault(
        publicAddress(),
        defaults.gateway.bindAddress,
        "Address of the host that the gateway listens on. What auto has become stays so, until an address is named.",
      ),
      "the edge",
    ),
    drainSeconds: withDefault(
      seconds(10, 600),
      defaults.gateway.drainSeconds,
      "Seconds that requests and streams under way get to end after a switch. An update waits as long, at most, before it stops a release that goes away, which then closes its streams itself. Those of a release that stays are ended by the gateway, `backend.stopSeconds` and 15 s later. Under 10, idle connections would be cut while their next request is on its way.",
    ),
    keptReleases: withDefault(
      count(1, 50, "releases"),
      defaults.gateway.keptReleases,
      "Superseded releases whose hashed files stay reachable, for pages that were opened before a switch, and whose images `npm run ops -- prune` leaves.",
    ),
    clientMaxBodyMegabytes: withDefault(
      count(1, 10_240, "megabytes"),
      defaults.gateway.clientMaxBodyMegabytes,
      "Largest request body; a larger one gets 413. It waits on the engine's disk until it is there as a whole, so that a slow client holds no backend: see `gateway.temporaryMegabytes`. What a backend keeps of it in files is bounded by `backend.tmpMegabytes`.",
    ),
    temporaryMegabytes: withDefault(
      megabytes(128, 1_048_576),
      defaults.gateway.temporaryMegabytes,
      "Disk space of the engine for what waits in the gateway: half for request bodies over 16 KB, so that half of it, divided by `gateway.clientMaxBodyMegabytes`, is how many are taken at the same time (and half as many of one client); half for answers whose client is slower than the backend. Who is beyond it gets 429 and when to try again.",
    ),
    requestsPerClient: withDefault(
      count(0, 10_000, "requests"),
      defaults.gateway.requestsPerClient,
      "Requests, streams and websockets that one client address may have open at the same time, 0 for no bound; more get 429. Private addresses aren't counted: those of a proxy in front, or of the engine's own, by which all that comes by IPv6 comes, are no client's. In all, four are taken for each megabyte of `gateway.limits.memoryMegabytes` that is left after 24 and the log lines (an eighth, at most 16): 864 by default, and 2000 at most. With `gateway.tls` three are taken for each, after 34.",
    ),
    canaryPercent: withDefault(
      count(0, 50, "percent"),
      defaults.gateway.canaryPercent,
      "Share of the clients that the standby serves, always the same ones. Needs `standby` warm and tags for both colours.",
    ),
    rateLimits,
    ...traffic,
    smoke,
    tls,
    ...proxies,
    headers,
    ...pages,
    access,
    routes,
    maintenance,
    aliases: withDefault(
      listOf(alias(), 50, "names"),
      defaults.gateway.aliases,
      "Further host names, such as the one without `www`. Clients are led from them to the same address of `webnet:domain`. With `gateway.tls` the certificate must name them too. `*.example.com` stands for every name one level under `example.com`, but not for that one; an authority gives a certificate for it only with `gateway.tls.acme.dns`.",
    ),
    limits: limits("the gateway", 32, defaults.gateway.limits),
  })
  .prefault({});

/** The database. */
export const mysql = z
  .strictObject({
    database: withDefault(
      databaseName(),
      defaults.mysql.database,
      "Name of the application's database. Another name is another database, made empty while MySQL runs; the data stay in the former one.",
    ),
    user: withDefault(
      databaseUser(),
      defaults.mysql.user,
      "User that the application connects as. Another one is made while MySQL runs; the former one is locked when no release uses it any more.",
    ),
    maxConnections: remaking(
      withDefault(
        count(10, 10_000, "connections"),
        defaults.mysql.maxConnections,
        "Connections at the same time; more are refused.",
      ),
      "MySQL",
    ),
    port: remaking(
      optional(port(), "Port of the host for tools such as a database client.", "none: not published"),
      "MySQL",
    ),
    bindAddress: remaking(
      withDefault(
        bindAddress(),
        defaults.mysql.bindAddress,
        "Address of the host that `mysql.port` listens on.",
      ),
      "MySQL",
    ),
    dataVolume: remaking(dataVolume("MySQL's data", "mysql-data"), "MySQL"),
    health: health("MySQL", defaults.mysql.health, "MySQL"),
    stopSeconds: remaking(
      withDefault(
        seconds(30, 3600),
        defaults.mysql.stopSeconds,
        "Seconds between the polite signal and the kill.",
      ),
      "MySQL",
    ),
    limits: limits("MySQL", 384, defaults.mysql.limits, "MySQL"),
  })
  .prefault({});

/** What protects the data. */
export const data = z
  .strictObject({
    protect: withDefault(
      flag(),
      defaults.data.protect,
      "Whether Pulumi refuses to delete data volumes. Without it, `pulumi destroy` still leaves them where they are.",
    ),
  })
  .prefault({});
