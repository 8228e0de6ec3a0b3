import { isEvery } from "../settings/addresses.ts";
import type { RuleName } from "../settings/policy.ts";
import { monitoringFacts, mysqlFacts } from "../settings/services.ts";
import type { Confinement } from "./confinement.ts";

/** What breaks a rule in a container, each in words. Empty if nothing does. */
type ContainerRule = (container: Confinement) => readonly string[];

const unless = (good: boolean, words: string): string[] => (good ? [] : [words]);

const monitoringRoles: readonly string[] = Object.values(monitoringFacts).map(({ role }) => role);

/** The addresses that everybody reaches, of containers in some roles. */
const everybody =
  (concerns: (role: string) => boolean): ContainerRule =>
  ({ role, addresses }) =>
    concerns(role) ? [...new Set(addresses.filter(isEvery))] : [];

/** Sockets of engines, and the folders and data that they are in. */
const engineSocket =
  /(?:docker|containerd|podman)[^/]*\.sock$|^\/(?:var\/)?run\/?$|^\/var\/lib\/(?:docker|containerd)/;

const rootUser = /^(?:0|root)?(?::|$)/;
const rootGroup = /:(?:0|root)$/;

/** The rules that look at one container. `strong-tls` looks at the gateway's configuration: `policy/tls.ts`. */
export const containerRules: Readonly<Record<Exclude<RuleName, "strong-tls">, ContainerRule>> = {
  "database-not-public": everybody((role) => role === mysqlFacts.role),
  "monitoring-not-public": everybody((role) => monitoringRoles.includes(role)),
  "only-the-gateway-is-public": everybody(
    (role) => role !== mysqlFacts.role && !monitoringRoles.includes(role),
  ),
  "no-root": ({ user, groups }) => [
    ...unless(!rootUser.test(user) && !rootGroup.test(user), `user ${user === "" ? "of the image" : user}`),
    ...groups.map((group) => `group ${group}`),
  ],
  "no-capabilities": ({ capabilities: { added, dropsAll } }) => [
    ...added.map((name) => `adds ${name}`),
    ...unless(dropsAll, "does not drop all"),
  ],
  "no-privileges": ({ privileged, newPrivileges }) => [
    ...unless(!privileged, "privileged"),
    ...unless(!newPrivileges, "no-new-privileges is off"),
  ],
  "read-only-root": ({ readOnlyRoot }) => unless(readOnlyRoot, "it can be written"),
  "no-host-paths": ({ hostPaths }) => hostPaths,
  "no-engine-socket": ({ hostPaths }) => hostPaths.filter((path) => engineSocket.test(path)),
  "no-host-namespaces": ({ hostNamespaces }) => hostNamespaces,
  "no-devices": ({ devices }) => devices,
  "kernel-filters": ({ filtersOff }) => filtersOff,
  "memory-limit": ({ limits: { memoryMegabytes, swapMegabytes } }) =>
    memoryMegabytes > 0
      ? unless(swapMegabytes === memoryMegabytes, `${memoryMegabytes} MB, and swap besides`)
      : ["none"],
  "processor-limit": ({ limits: { cpus } }) => unless(cpus > 0, "none"),
  "process-limit": ({ limits: { processes } }) => unless(processes > 0, "none"),
  "bounded-log": ({ logMegabytes }) => unless(logMegabytes > 0, "no bound"),
  "health-check": ({ healthChecked }) => unless(healthChecked, "none"),
};
