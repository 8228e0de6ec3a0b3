import { automatic, isEvery, isLoopback, urlHost } from "./addresses.ts";
import type { Settings } from "./parse.ts";

/** Where people reach the platform: by its name, or where it answers this host alone, by that address. */
export function publicUrl({ domain, gateway }: Settings): string {
  return isLoopback(gateway.bindAddress) ? hostUrl(gateway) : urlOf(domain, gateway);
}

/** Where the gateway answers on its host, whatever the name leads to. */
export function hostUrl(gateway: Settings["gateway"]): string {
  const { bindAddress } = gateway;
  const isAny = bindAddress === automatic || isEvery(bindAddress);
  return urlOf(isAny ? "127.0.0.1" : urlHost(bindAddress), gateway);
}

function urlOf(host: string, { httpPort }: Settings["gateway"]): string {
  return `http://${host}${httpPort === 80 ? "" : `:${httpPort}`}`;
}
