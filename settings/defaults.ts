import { because, limitsBecause, type HealthDefaults } from "./default.ts";
import { ofMonitoring } from "./services.ts";

const health: HealthDefaults = {
  intervalSeconds: because(10, "finds a dead service within a minute, at no cost that can be measured"),
  timeoutSeconds: because(5, "an answer that takes longer is no answer to a user either"),
  retries: because(5, "a garbage collection or a short network fault must not count as a death"),
  startPeriodSeconds: because(20, "a Spring Boot application that migrates its database is up by then"),
};

/** Every default of the settings, in the order of the schema. */
export const defaults = {
  standby: because("warm" as const, "a rollback is then a reload of the gateway: seconds"),
  imageCatalogue: because("upstream" as const, "production runs the publishers' own images"),
  pullPolicy: because(
    "missing" as const,
    "an image that is there is used: the same tag stays the same image",
  ),
  engine: {
    minimumFreeDiskMegabytes: because(
      2048,
      "two images of some hundred megabytes, unpacked, and then MySQL must still be able to write",
    ),
    minimumFreeMemoryMegabytes: because(256, "for the kernel, and the file cache that MySQL lives by"),
  },
  network: {
    name: because("web_project_webnet", "the name on hosts that this program takes over"),
    adopt: because(false, "a network that is not ours is an error unless somebody says so"),
    dns: because(["1.1.1.1", "8.8.8.8"], "two independent public resolvers"),
  },
  gateway: {
    httpPort: because(80, "the port of http"),
    bindAddress: because(
      "auto",
      "the gateway is the one service for the public; IPv6 takes an engine of version 28 and a host that has it",
    ),
    drainSeconds: because(60, "longer than any request that the gateway's own 60 s timeouts let live"),
    keptReleases: because(3, "nobody keeps a page open over more deploys than that, or rolls back further"),
    clientMaxBodyMegabytes: because(10, "form posts and images fit, abuse of the disk does not"),
    temporaryMegabytes: because(
      2048,
      "a hundred of the largest bodies at the same time, and a megabyte of each answer",
    ),
    requestsPerClient: because(
      100,
      "ten times what a browser has open, so that an office behind one address fits; a single client by IPv4 takes no more than an eighth of what there is",
    ),
    rateLimits: {
      apiPerSecond: because(
        100,
        "far above what people at one address need, far below what takes the backend from everybody else",
      ),
      apiBurst: because(200, "a page with all its requests, for several people at once"),
      loginPaths: because<string[]>([], "only the application's author knows them"),
      loginsPerMinute: because(10, "nobody types faster, and a list of passwords takes years"),
      loginBurst: because(20, "an office that begins its day"),
      exemptPaths: because<string[]>([], "whatever is exempt is open to abuse"),
      exemptClients: because<string[]>([], "nobody is exempt whom nobody named"),
    },
    proxyTimeoutSeconds: because(60, "what takes longer belongs into a job; nginx's own default"),
    streamTimeoutSeconds: because(3600, "quiet hours end no stream, and the dead ones are gone in an hour"),
    streamPaths: because<string[]>([], "event streams and websockets are known by their headers"),
    headerTimeoutSeconds: because(15, "a phone in a tunnel sends a request in less; who needs more attacks"),
    bodyTimeoutSeconds: because(15, "a pause of that length in a transfer is a lost connection"),
    requestHeaderKilobytes: because(16, "the cookies of a whole domain add up, and tokens are long"),
    answerHeaderKilobytes: because(16, "as much for the backend's cookies and policies"),
    uploads: because("buffered" as const, "a slow client then holds none of the backend's threads"),
    unknownAddresses: because("index" as const, "most frontends are one page"),
    access: because({}, "what is published is for everybody, unless somebody says otherwise"),
    accessRule: {
      hosts: because<string[]>([], "what is closed is closed by every name"),
      clients: because<string[]>([], "an address proves little"),
      users: because<string[]>([], "a password is somebody's"),
      isOpen: because(false, "a rule is there to close"),
    },
    routes: because<Record<string, never>>({}, "most sites are one backend and one frontend"),
    route: {
      paths: because<string[]>(["/"], "a host of its own leads to one thing"),
      hosts: because<string[]>([], "paths of the site's own name need no other certificate"),
      stripPath: because(false, "who answers then sees the addresses that its clients see"),
      keepHost: because(false, "an address outside mostly serves several names, and knows its own"),
      buffered: because(true, "a slow client then holds the gateway alone"),
    },
    errorPages: because(true, "people see what happened and what to do, and programs what they always saw"),
    canaryPercent: because(0, "nobody meets a release that was not switched to, unless somebody says so"),
    smoke: {
      attempts: because(3, "a release that fails every other request is found"),
      timeoutSeconds: because(5, "the first request to a cold JVM takes a second or two"),
    },
    tls: {
      acme: {
        directory: because(
          "https://acme-v02.api.letsencrypt.org/directory",
          "Let's Encrypt: free of charge, and trusted everywhere",
        ),
        limits: limitsBecause(
          192,
          "certbot was measured at 56 MB while it orders, and its keeper at 30 MB, twice while an operator asks",
          because(0.5, "an order takes seconds, and may not slow down what serves"),
        ),
      },
      httpsPort: because(443, "the port of https"),
      hstsSeconds: because(63_072_000, "two years, as Mozilla's guidelines have it"),
      hstsSubdomains: because(
        false,
        "a browser would refuse every subdomain that speaks http only, for as long as it remembers",
      ),
    },
    trustedProxies: because<Record<string, string[]>>(
      {},
      "clients come straight; whoever is believed without need can be anybody",
    ),
    proxyProtocol: because(false, "clients speak http from the first byte"),
    maintenance: {
      on: because(false, "it is for the hour in which something goes on that clients must not see"),
      guests: because<string[]>([], "nobody is let in whom nobody named"),
      retryAfterSeconds: because(300, "search engines and clients come again soon, and not all the time"),
    },
    headers: because<Record<string, string>>(
      {},
      "what a page may load is its author's to say; a stricter policy breaks pages that nobody has tried it on",
    ),
    aliases: because<string[]>([], "one name is one place for cookies, caches and search engines"),
    limits: limitsBecause(256, "nginx needs a few megabytes; the rest is buffers under load"),
  },
  backend: {
    replicas: because(1, "one is enough until its end must not be noticed; each costs its memory twice"),
    startReplicas: because("together" as const, "the release is ready sooner"),
    kind: because("spring" as const, "what this platform was made for"),
    port: because(8080, "Spring Boot's own"),
    basePath: because("/api", "the prefix on hosts that this program takes over"),
    stripBasePath: because(false, "the backend then sees the addresses that its clients see"),
    health,
    startTimeoutSeconds: because(
      120,
      "longer than the engine takes to give up (20 s, then 5 x 15 s), so that its verdict comes first",
    ),
    stopSeconds: because(45, "Spring Boot's graceful phase lasts 30 s; the rest is margin"),
    limits: limitsBecause(1024, "a Spring Boot heap of 75 % of it, with room for threads and classes"),
    environment: because<Record<string, string>>({}, "the contract's variables are set by the program"),
    secrets: because<Record<string, string>>({}, "the database's password is there without a setting"),
    jdbcParameters: because<Record<string, string>>({}, "the driver's own defaults are made for this server"),
  },
  mysql: {
    database: because("appdb", "the name in the backups of hosts that this program takes over"),
    user: because("app", "the user that owns the database there"),
    maxConnections: because(
      200,
      "the value on hosts that this program takes over: room for both colours' pools",
    ),
    bindAddress: because("127.0.0.1", "a published database is for tools on the host, never for the world"),
    health: {
      ...health,
      retries: because(10, "crash recovery of a large database takes minutes, and is not a fault"),
      startPeriodSeconds: because(60, "the first start creates the database, on a slow disk for that long"),
    },
    stopSeconds: because(60, "InnoDB writes its dirty pages before it ends; a kill means crash recovery"),
    limits: limitsBecause(
      1024,
      "about 480 MB at rest with its performance schema, and as much for connections",
    ),
  },
  monitoring: {
    bindAddress: because("127.0.0.1", "Prometheus has no passwords: reach it through an ssh tunnel"),
    prometheusPort: because(9090, "the port of Prometheus"),
    scrapeIntervalSeconds: because(15, "four points a minute: enough for every alert that waits two minutes"),
    retentionDays: because(15, "covers two weekly rhythms, for comparison"),
    retentionSizeGigabytes: because(5, "about ten times what 15 days of this platform take"),
    limits: ofMonitoring(({ defaults: limits }) => limits),
  },
  bake: {
    seconds: because(
      120,
      "eight scrapes: a release that breaks under traffic mostly does so within two minutes",
    ),
    minimumRequests: because(50, "one failure in fewer would be over 2 %, and is no rule"),
    errorRatePercent: because(1, "above the noise of a healthy platform, and soon seen by its users"),
    p95Factor: because(2, "caches that are still cold cost less than that after the first minute"),
    p95FloorMilliseconds: because(100, "nobody feels the difference below it"),
  },
  data: {
    protect: because(true, "`pulumi destroy` must not be able to reach a production database"),
  },
  policy: {
    exceptions: because({}, "the platform by itself needs none"),
  },
};
