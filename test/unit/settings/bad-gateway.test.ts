import { refuses } from "./support.ts";

const both = { "colors.green": { backendTag: "sha-2", frontendTag: "sha-2" } };

describe("settings: bad domain and gateway", () => {
  refuses(
    "a missing domain",
    { domain: undefined },
    `
webnet:domain
  problem: it is missing
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set webnet:domain <host-name> --stack prod`,
  );
  refuses(
    "a domain with a scheme",
    { domain: "https://www.example.com" },
    `
webnet:domain
  problem: its value is not allowed
  got:     "https://www.example.com"
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set webnet:domain <host-name> --stack prod`,
  );
  refuses(
    "a domain with capitals",
    { domain: "www.Example.com" },
    `
webnet:domain
  problem: its value is not allowed
  got:     "www.Example.com"
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set webnet:domain <host-name> --stack prod`,
  );
  refuses(
    "a domain with a port",
    { domain: "www.example.com:8080" },
    `
webnet:domain
  problem: its value is not allowed
  got:     "www.example.com:8080"
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set webnet:domain <host-name> --stack prod`,
  );
  refuses(
    "an IP address for a domain",
    { domain: "192.0.2.7" },
    `
webnet:domain
  problem: its value is not allowed
  got:     "192.0.2.7"
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set webnet:domain <host-name> --stack prod`,
  );
  refuses(
    "a wildcard domain",
    { domain: "*.example.com" },
    `
webnet:domain
  problem: its value is not allowed
  got:     "*.example.com"
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set webnet:domain <host-name> --stack prod`,
  );
  refuses(
    "a port of zero",
    { "gateway.httpPort": 0 },
    `
webnet:gateway.httpPort
  problem: its value is not allowed
  got:     0
  allowed: a port number, 1 to 65535
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod`,
  );
  refuses(
    "a port out of range",
    { "gateway.httpPort": 70000 },
    `
webnet:gateway.httpPort
  problem: its value is not allowed
  got:     70000
  allowed: a port number, 1 to 65535
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod`,
  );
  refuses(
    "a port that is no number",
    { "gateway.httpPort": "http" },
    `
webnet:gateway.httpPort
  problem: its value is not allowed
  got:     "http"
  allowed: a port number, 1 to 65535
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod`,
  );
  refuses(
    "two services on one port",
    { "gateway.httpPort": 9090 },
    `
webnet:monitoring.prometheusPort
  problem: the same port as webnet:gateway.httpPort on the same address
  got:     9090
  allowed: a port that no other service has
  fix:     pulumi config set --path 'webnet:monitoring.prometheusPort' <port> --stack prod`,
  );
  refuses(
    "two services on one port of one address",
    { "mysql.port": 9090 },
    `
webnet:monitoring.prometheusPort
  problem: the same port as webnet:mysql.port on the same address
  got:     9090
  allowed: a port that no other service has
  fix:     pulumi config set --path 'webnet:monitoring.prometheusPort' <port> --stack prod`,
  );
  refuses(
    "a port that meets the gateway's by IPv6 alone, with either way out",
    { "monitoring.prometheusPort": 80, "monitoring.bindAddress": "::1" },
    `
webnet:monitoring.prometheusPort
  problem: the same port as webnet:gateway.httpPort on the same address
  got:     80
  allowed: a port that no other service has
  fix:     pulumi config set --path 'webnet:monitoring.prometheusPort' <port> --stack prod
  or:      pulumi config set --path 'webnet:gateway.bindAddress' 0.0.0.0 --stack prod`,
  );
  refuses(
    "an address of IPv4 that is written as one of IPv6",
    { "monitoring.bindAddress": "::ffff:127.0.0.1" },
    `
webnet:monitoring.bindAddress
  problem: its value is not allowed
  got:     "::ffff:127.0.0.1"
  allowed: an IP address of the engine's host: 127.0.0.1 or ::1 (that host only), 0.0.0.0 (everybody, by IPv4), :: (everybody, by IPv4 and IPv6) or one of its own
  fix:     pulumi config set --path 'webnet:monitoring.bindAddress' <address> --stack prod`,
  );
  refuses(
    "a bind address that is a name",
    { "gateway.bindAddress": "localhost" },
    `
webnet:gateway.bindAddress
  problem: its value is not allowed
  got:     "localhost"
  allowed: auto (everybody, by IPv6 too where engine and host can), or an IP address of the engine's host: 127.0.0.1 or ::1 (that host only), 0.0.0.0 (everybody, by IPv4), :: (everybody, by IPv4 and IPv6) or one of its own
  fix:     pulumi config set --path 'webnet:gateway.bindAddress' <address> --stack prod`,
  );
  refuses(
    "a bind address out of range",
    { "monitoring.bindAddress": "127.0.0.256" },
    `
webnet:monitoring.bindAddress
  problem: its value is not allowed
  got:     "127.0.0.256"
  allowed: an IP address of the engine's host: 127.0.0.1 or ::1 (that host only), 0.0.0.0 (everybody, by IPv4), :: (everybody, by IPv4 and IPv6) or one of its own
  fix:     pulumi config set --path 'webnet:monitoring.bindAddress' <address> --stack prod`,
  );
  refuses(
    "a drain that is longer than allowed",
    { "gateway.drainSeconds": 601 },
    `
webnet:gateway.drainSeconds
  problem: its value is not allowed
  got:     601
  allowed: a whole number of seconds, 10 to 600
  fix:     pulumi config set --path 'webnet:gateway.drainSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a drain that is shorter than idle connections need",
    { "gateway.drainSeconds": 9 },
    `
webnet:gateway.drainSeconds
  problem: its value is not allowed
  got:     9
  allowed: a whole number of seconds, 10 to 600
  fix:     pulumi config set --path 'webnet:gateway.drainSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a body without a limit",
    { "gateway.clientMaxBodyMegabytes": 0 },
    `
webnet:gateway.clientMaxBodyMegabytes
  problem: its value is not allowed
  got:     0
  allowed: a whole number of megabytes, 1 to 10240
  fix:     pulumi config set --path 'webnet:gateway.clientMaxBodyMegabytes' <number> --stack prod`,
  );
  refuses(
    "a smoke check of nothing",
    { "gateway.smoke.paths": [] },
    `
webnet:gateway.smoke.paths
  problem: its value is not allowed
  got:     a list of 0 values
  allowed: a list of 1 to 20 checks: each a path that begins with "/", or an object with path, status, text, withinMilliseconds
  fix:     pulumi config rm --path 'webnet:gateway.smoke.paths' --stack prod
  then:    pulumi config set --path 'webnet:gateway.smoke.paths[0]' <path> --stack prod`,
  );
  refuses(
    "a smoke check of a whole address",
    { "gateway.smoke.paths": ["/", "http://localhost/"] },
    `
webnet:gateway.smoke.paths[1]
  problem: its value is not allowed
  got:     "http://localhost/"
  allowed: a path that begins with "/", or an object with path, status, text, withinMilliseconds
  fix:     pulumi config set --path 'webnet:gateway.smoke.paths[1]' <path> --stack prod`,
  );
  refuses(
    "smoke paths that are a text",
    { "gateway.smoke.paths": "/" },
    `
webnet:gateway.smoke.paths
  problem: its value is not allowed
  got:     "/"
  allowed: a list of 1 to 20 checks: each a path that begins with "/", or an object with path, status, text, withinMilliseconds
  fix:     pulumi config rm --path 'webnet:gateway.smoke.paths' --stack prod
  then:    pulumi config set --path 'webnet:gateway.smoke.paths[0]' <path> --stack prod`,
  );
  const check = "gateway.smoke.paths[1]";
  const badChecks: [string, object, string, string, string][] = [
    ["status that is none", { path: "/", status: 99 }, "status", "99", "an HTTP status, 200 to 599"],
    ["text of nothing", { path: "/", text: "" }, "text", '""', "a text of 1 to 200 characters in one line"],
    [
      "text of two lines",
      { path: "/", text: "a\nb" },
      "text",
      String.raw`"a\nb"`,
      "a text of 1 to 200 characters in one line",
    ],
    [
      "time of nothing",
      { path: "/", withinMilliseconds: 0 },
      "withinMilliseconds",
      "0",
      "a whole number of milliseconds, 1 to 60000",
    ],
  ];
  const placeholders: Record<string, string> = {
    status: "<status>",
    text: "<text>",
    withinMilliseconds: "<milliseconds>",
  };
  for (const [what, item, key, value, allowed] of badChecks) {
    refuses(
      `a smoke check with a ${what}`,
      { "gateway.smoke.paths": ["/", item] },
      `
webnet:${check}.${key}
  problem: its value is not allowed
  got:     ${value}
  allowed: ${allowed}
  fix:     pulumi config set --path 'webnet:${check}.${key}' ${placeholders[key] ?? ""} --stack prod`,
    );
  }
  refuses(
    "a smoke check without a path",
    { "gateway.smoke.paths": ["/", { status: 200 }] },
    `
webnet:${check}.path
  problem: it is missing
  allowed: a path that begins with "/", without spaces and quotes, such as /api/actuator/health
  fix:     pulumi config set --path 'webnet:${check}.path' <path> --stack prod`,
  );
  refuses(
    "a smoke check with an unknown key",
    { "gateway.smoke.paths": ["/", { path: "/", staus: 200 }] },
    `
webnet:${check}.staus
  problem: there is no such setting; did you mean webnet:${check}.status?
  got:     200
  allowed: one of path, status, text, withinMilliseconds
  fix:     pulumi config rm --path 'webnet:${check}.staus' --stack prod
  then:    pulumi config set --path 'webnet:${check}.status' 200 --stack prod`,
  );
  refuses(
    "a canary of more than half",
    { ...both, "gateway.canaryPercent": 51 },
    `
webnet:gateway.canaryPercent
  problem: its value is not allowed
  got:     51
  allowed: a whole number of percent, 0 to 50
  fix:     pulumi config set --path 'webnet:gateway.canaryPercent' <number> --stack prod`,
  );
  for (const [what, changes, why] of [
    ["whose standby is off", { ...both, standby: "off" }, "webnet:standby is off"],
    ["without a second colour", {}, "green has no tags"],
  ] as const) {
    refuses(
      `a canary ${what}`,
      { ...changes, "gateway.canaryPercent": 5 },
      `
webnet:gateway.canaryPercent
  problem: there is no standby to send clients to: ${why}
  got:     5
  allowed: 0, while webnet:standby is off or the other colour has no tags
  fix:     pulumi config set --path 'webnet:gateway.canaryPercent' 0 --stack prod`,
    );
  }
  refuses(
    "a gateway that is a text",
    { gateway: "8080" },
    `
webnet:gateway
  problem: its value is not allowed
  got:     8080
  allowed: an object with httpPort, bindAddress, drainSeconds, keptReleases, clientMaxBodyMegabytes, temporaryMegabytes, requestsPerClient, canaryPercent, rateLimits, proxyTimeoutSeconds, streamTimeoutSeconds, streamPaths, streamDrainSeconds, headerTimeoutSeconds, bodyTimeoutSeconds, requestHeaderKilobytes, answerHeaderKilobytes, uploads, smoke, tls, trustedProxies, proxyProtocol, headers, unknownAddresses, errorPages, access, routes, maintenance, aliases, limits
  fix:     pulumi config rm webnet:gateway --stack prod
  then:    pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod`,
  );
});
