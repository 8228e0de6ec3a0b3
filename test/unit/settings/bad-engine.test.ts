import { refuses } from "./support.ts";

describe("settings: bad engine and network", () => {
  refuses(
    "an engine host with the wrong scheme",
    { "engine.host": "http://localhost:2375" },
    `
webnet:engine.host
  problem: its value is not allowed
  got:     "http://localhost:2375"
  allowed: unix:///path/to/docker.sock, tcp://host:port or ssh://user@host
  fix:     pulumi config set --path 'webnet:engine.host' <host> --stack prod`,
  );
  refuses(
    "an engine host without a port",
    { "engine.host": "tcp://localhost" },
    `
webnet:engine.host
  problem: its value is not allowed
  got:     "tcp://localhost"
  allowed: unix:///path/to/docker.sock, tcp://host:port or ssh://user@host
  fix:     pulumi config set --path 'webnet:engine.host' <host> --stack prod`,
  );
  refuses(
    "an engine host with a relative socket",
    { "engine.host": "unix://docker.sock" },
    `
webnet:engine.host
  problem: its value is not allowed
  got:     "unix://docker.sock"
  allowed: unix:///path/to/docker.sock, tcp://host:port or ssh://user@host
  fix:     pulumi config set --path 'webnet:engine.host' <host> --stack prod`,
  );
  refuses(
    "a network name with a slash",
    { "network.name": "web/net" },
    `
webnet:network.name
  problem: its value is not allowed
  got:     "web/net"
  allowed: up to 63 letters, digits, "_", "." and "-", the first a letter or digit; not bridge, host, none or default
  fix:     pulumi config set --path 'webnet:network.name' <name> --stack prod`,
  );
  refuses(
    "a network that every engine has",
    { "network.name": "host" },
    `
webnet:network.name
  problem: its value is not allowed
  got:     "host"
  allowed: up to 63 letters, digits, "_", "." and "-", the first a letter or digit; not bridge, host, none or default
  fix:     pulumi config set --path 'webnet:network.name' <name> --stack prod`,
  );
  refuses(
    "a DNS server that is a name",
    { "network.dns": ["1.1.1.1", "dns.google"] },
    `
webnet:network.dns[1]
  problem: its value is not allowed
  got:     "dns.google"
  allowed: an IP address
  fix:     pulumi config set --path 'webnet:network.dns[1]' <address> --stack prod`,
  );
  refuses(
    "a fourth DNS server",
    { "network.dns": ["1.1.1.1", "8.8.8.8", "9.9.9.9", "8.8.4.4"] },
    `
webnet:network.dns
  problem: its value is not allowed
  got:     a list of 4 values
  allowed: a list of at most 3 IP addresses; an empty one leaves it to the engine
  fix:     pulumi config rm --path 'webnet:network.dns' --stack prod
  then:    pulumi config set --path 'webnet:network.dns[0]' <address> --stack prod`,
  );
  refuses(
    "DNS servers that are a text",
    { "network.dns": "1.1.1.1" },
    `
webnet:network.dns
  problem: its value is not allowed
  got:     "1.1.1.1"
  allowed: a list of at most 3 IP addresses; an empty one leaves it to the engine
  fix:     pulumi config rm --path 'webnet:network.dns' --stack prod
  then:    pulumi config set --path 'webnet:network.dns[0]' <address> --stack prod`,
  );
  refuses(
    "an adoption that is neither yes nor no",
    { "network.adopt": "yes" },
    `
webnet:network.adopt
  problem: its value is not allowed
  got:     "yes"
  allowed: true or false
  fix:     pulumi config set --path 'webnet:network.adopt' <true/false> --stack prod`,
  );
});
