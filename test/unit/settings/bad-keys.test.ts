import { refuses } from "./support.ts";

describe("settings: unknown keys", () => {
  refuses(
    "an unknown key",
    { colour: "blue" },
    `
webnet:colour
  problem: there is no such setting; did you mean webnet:colors?
  got:     "blue"
  allowed: one of domain, activeColor, colors, standby, engine, network, imageCatalogue, images, pullPolicy, registry, registryPassword, registries, registryPasswords, gateway, gatewayPasswords, acmeSecrets, backend, mysql, monitoring, bake, data, policy
  fix:     pulumi config rm webnet:colour --stack prod`,
  );
  refuses(
    "a misspelt key",
    { pullPolicies: "never" },
    `
webnet:pullPolicies
  problem: there is no such setting; did you mean webnet:pullPolicy?
  got:     "never"
  allowed: one of domain, activeColor, colors, standby, engine, network, imageCatalogue, images, pullPolicy, registry, registryPassword, registries, registryPasswords, gateway, gatewayPasswords, acmeSecrets, backend, mysql, monitoring, bake, data, policy
  fix:     pulumi config rm webnet:pullPolicies --stack prod
  then:    pulumi config set webnet:pullPolicy never --stack prod`,
  );
  refuses(
    "a misspelt area",
    { gatway: { httpPort: 80 } },
    `
webnet:gatway
  problem: there is no such setting; did you mean webnet:gateway?
  got:     an object with httpPort
  allowed: one of domain, activeColor, colors, standby, engine, network, imageCatalogue, images, pullPolicy, registry, registryPassword, registries, registryPasswords, gateway, gatewayPasswords, acmeSecrets, backend, mysql, monitoring, bake, data, policy
  fix:     pulumi config rm webnet:gatway --stack prod`,
  );
  refuses(
    "a key of an area without the area",
    { drainSeconds: 30 },
    `
webnet:drainSeconds
  problem: there is no such setting; did you mean webnet:gateway.drainSeconds?
  got:     30
  allowed: one of domain, activeColor, colors, standby, engine, network, imageCatalogue, images, pullPolicy, registry, registryPassword, registries, registryPasswords, gateway, gatewayPasswords, acmeSecrets, backend, mysql, monitoring, bake, data, policy
  fix:     pulumi config rm webnet:drainSeconds --stack prod
  then:    pulumi config set --path 'webnet:gateway.drainSeconds' 30 --stack prod`,
  );
  refuses(
    "a misspelt key of an area",
    { "gateway.htpPort": 8080 },
    `
webnet:gateway.htpPort
  problem: there is no such setting; did you mean webnet:gateway.httpPort?
  got:     8080
  allowed: one of httpPort, bindAddress, drainSeconds, keptReleases, clientMaxBodyMegabytes, temporaryMegabytes, requestsPerClient, canaryPercent, rateLimits, proxyTimeoutSeconds, streamTimeoutSeconds, streamPaths, streamDrainSeconds, headerTimeoutSeconds, bodyTimeoutSeconds, requestHeaderKilobytes, answerHeaderKilobytes, uploads, smoke, tls, trustedProxies, proxyProtocol, headers, unknownAddresses, errorPages, access, routes, maintenance, aliases, limits
  fix:     pulumi config rm --path 'webnet:gateway.htpPort' --stack prod
  then:    pulumi config set --path 'webnet:gateway.httpPort' 8080 --stack prod`,
  );
  refuses(
    "an unknown key of an area",
    { "mysql.flavour": "mariadb" },
    `
webnet:mysql.flavour
  problem: there is no such setting
  got:     "mariadb"
  allowed: one of database, user, maxConnections, port, bindAddress, dataVolume, health, stopSeconds, limits
  fix:     pulumi config rm --path 'webnet:mysql.flavour' --stack prod`,
  );
  refuses(
    "a misspelt key of a colour",
    { "colors.blue.backendtag": "sha-2" },
    `
webnet:colors.blue.backendtag
  problem: there is no such setting; did you mean webnet:colors.blue.backendTag?
  got:     "sha-2"
  allowed: one of backendTag, frontendTag
  fix:     pulumi config rm --path 'webnet:colors.blue.backendtag' --stack prod
  then:    pulumi config set --path 'webnet:colors.blue.backendTag' sha-2 --stack prod`,
  );
  refuses(
    "a key that a shell would take apart",
    { "gateway.it's": 1 },
    `
webnet:gateway["it's"]
  problem: there is no such setting
  got:     1
  allowed: one of httpPort, bindAddress, drainSeconds, keptReleases, clientMaxBodyMegabytes, temporaryMegabytes, requestsPerClient, canaryPercent, rateLimits, proxyTimeoutSeconds, streamTimeoutSeconds, streamPaths, streamDrainSeconds, headerTimeoutSeconds, bodyTimeoutSeconds, requestHeaderKilobytes, answerHeaderKilobytes, uploads, smoke, tls, trustedProxies, proxyProtocol, headers, unknownAddresses, errorPages, access, routes, maintenance, aliases, limits
  fix:     pulumi config rm --path 'webnet:gateway["it'\\''s"]' --stack prod`,
  );
});
