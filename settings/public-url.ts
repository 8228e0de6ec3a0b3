import { automatic, isEvery, isLoopback, urlHost } from "./addresses.ts";
import type { Settings } from "./parse.ts";

/** The URL for people: with the platform's name, or with the address if only this host reaches that. */
export function publicUrl({ domain, gateway }: Settings): string {
  return isLoopback(gateway.bindAddress) ? hostUrl(gateway) : urlOf(domain, gateway);
}

/** The URL of the gateway on its host, wherever the platform's name points. */
export function hostUrl(gateway: Settings["gateway"]): string {
  const { bindAddress } = gateway;
  const isAny = bindAddress === automatic || isEvery(bindAddress);
  return urlOf(isAny ? "127.0.0.1" : urlHost(bindAddress), gateway);
}

function urlOf(host: string, { httpPort, tls }: Settings["gateway"]): string {
  const [scheme, port, usual] = tls === undefined ? ["http", httpPort, 80] : ["https", tls.httpsPort, 443];
  return `${scheme}://${host}${port === usual ? "" : `:${port}`}`;
}
