import { z } from "zod";
import { defaults } from "../defaults.ts";
import { flag, listOf, networkAddress, ownName, withDefault } from "./fields.ts";

/** The word for programs on the engine's host. */
export const hostProxy = "host";

const listName = ownName();
const proxyAddress = z
  .union([z.literal(hostProxy), networkAddress()])
  // A browser or a resolver may come from any address: whoever says so would be believed.
  .refine((text) => !text.endsWith("/0"));
const allowed = `${hostProxy} (programs on the engine's host), or the IP address of a proxy, or of its network such as 192.0.2.0/24, but not all addresses`;

const proxyLists = z
  .record(listName, listOf(proxyAddress.meta({ allowed, placeholder: "<address>" }), 1000, "addresses"))
  .meta({ allowed: `an object of lists; each name: ${listName.meta()?.allowed ?? ""}` });

/** Whether programs on the engine's host are trusted. */
export function trustsHost(lists: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.values(lists).flat().includes(hostProxy);
}

/** Who may say for whom a request is. */
export const proxies = {
  trustedProxies: withDefault(
    proxyLists,
    defaults.gateway.trustedProxies,
    "Lists of proxies in front, each by a name of yours, such as a CDN's published addresses. From them the client's address (`X-Forwarded-For`), scheme (`X-Forwarded-Proto`) and port (`X-Forwarded-Port`) are believed, by limits, canary, log and backend alike; from anybody else these headers are replaced. A proxy must set them itself, and keep `Host`. `host` needs `gateway.bindAddress` 127.0.0.1 or ::1: programs on the engine's host come by an address that outside clients may come by too.",
  ),
  proxyProtocol: withDefault(
    flag(),
    defaults.gateway.proxyProtocol,
    "Whether every connection begins with the PROXY protocol's header, as from a load balancer that passes TCP on. From `gateway.trustedProxies` the client's address in it is believed; the headers of http are not. Connections without it are closed.",
  ),
};
