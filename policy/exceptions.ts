import type { RuleName } from "../settings/policy.ts";
import { certbotFacts, monitoringFacts, mysqlFacts } from "../settings/services.ts";
import { roles } from "../workload/labels.ts";

/** What one of our own containers may, and no other. */
export interface Exception {
  /** The label `webnet.role` of the containers that it is for. */
  role: string;
  /** Rules of the CIS Docker Benchmark, section 5, that it breaks. */
  cis: readonly string[];
  /** Rules of the policy that it breaks. */
  rules: readonly RuleName[];
  /** Why it must, as a sentence. */
  reason: string;
}

/** The services, all of which come back by themselves. A copy ends for good. */
const services = [
  roles.edge,
  roles.gateway,
  roles.release,
  mysqlFacts.role,
  certbotFacts.role,
  ...Object.values(monitoringFacts).map(({ role }) => role),
];

/** Everything that a container of ours has and the rules forbid. `docs/security-and-state.md` shows this table. */
export const exceptions: readonly Exception[] = [
  {
    role: roles.edge,
    cis: ["5.8", "5.14"],
    rules: ["only-the-gateway-is-public"],
    reason: "It is what the public talks to, so it publishes http and https, on every address by default.",
  },
  {
    role: monitoringFacts.nodeExporter.role,
    cis: ["5.3", "5.6", "5.16", "5.31"],
    rules: ["no-host-paths", "no-host-namespaces", "kernel-filters"],
    reason:
      "It measures the host: it sees the host's processes, and reads the host's files as nobody, from a mount that can't be written.",
  },
  {
    role: roles.copy,
    cis: ["5.4"],
    rules: [],
    reason:
      "A step of an update that fills a volume writes files of other users, so it may override their permissions; it has no network.",
  },
  {
    role: roles.copy,
    cis: ["5.8", "5.14"],
    rules: [],
    reason: "The check before an update tries for a second to publish a port as the service will.",
  },
  {
    role: roles.copy,
    cis: ["5.10", "5.31"],
    rules: [],
    reason: "The check before an update lists who listens on the host, which only its own network shows.",
  },
  {
    role: roles.copy,
    cis: ["5.27"],
    rules: [],
    reason: "It ends within seconds, and its exit code says whether it did its work.",
  },
  ...services.map((role) => ({
    role,
    cis: ["5.15"],
    rules: [],
    reason:
      "It restarts without end: after five failures it would stay down, also when its reason is gone, and after a reboot.",
  })),
];

/** The exceptions for containers of these roles. */
export function exceptionsOf(ofRoles: readonly string[]): readonly Exception[] {
  return exceptions.filter(({ role }) => ofRoles.includes(role));
}
