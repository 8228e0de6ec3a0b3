/**
 * Private addresses, which belong to no single client: a proxy in front has one, and so has the engine's own proxy for
 * connections by IPv6 or from the host itself. All clients behind it would share one bound.
 */
export const nearNetworks = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "::1/128",
  "fc00::/7",
];
