/** A rule that every preview checks, by its name. */
interface PolicyRule {
  /** What it asks for, as a sentence. */
  means: string;
  /** What happens without it, as a sentence. */
  why: string;
}

/** The rules of the policy. `policy/rules.ts` checks them; `docs/security-and-state.md` lists them. */
export const policyRules = {
  "database-not-public": {
    means: "MySQL is published on no address or on one of the host's, never on all of them.",
    why: "Whoever reaches the port can try passwords, and meets every flaw of the server before anybody logs in.",
  },
  "monitoring-not-public": {
    means:
      "A service of the monitoring is published on no address or on one of the host's, never on all of them.",
    why: "Prometheus asks for no password, and tells everybody what runs, how much, and where.",
  },
  "only-the-gateway-is-public": {
    means: "Only the gateway publishes a port on all addresses.",
    why: "The gateway bounds, checks and logs requests; nothing behind it does.",
  },
  "strong-tls": {
    means:
      "The gateway speaks TLS 1.2 and 1.3 only, with the ciphers and curves of Mozilla's intermediate configuration.",
    why: "Older protocols and ciphers can be broken by who listens.",
  },
  "no-root": {
    means: "A container runs as a numbered user that is not root, in no further group.",
    why: "Root in a container is root on the host as soon as one of the other walls has a hole.",
  },
  "no-capabilities": {
    means: "A container drops all of the kernel's capabilities and adds none.",
    why: "Each is a part of root's rights.",
  },
  "no-privileges": {
    means: "A container is not privileged, and its programs can't get further rights.",
    why: "A privileged container has the host; a program with setuid gives root to who finds it.",
  },
  "read-only-root": {
    means: "A container's root file system can't be written.",
    why: "An intruder could put programs there that outlast him.",
  },
  "no-host-paths": {
    means: "A container mounts no path of the host.",
    why: "It could read what isn't its own, or change what the host runs.",
  },
  "no-engine-socket": {
    means: "A container has no way to the engine's socket.",
    why: "Who may talk to the engine is root on the host.",
  },
  "no-host-namespaces": {
    means: "A container sees its own processes, network, users and memory, not the host's.",
    why: "It could watch and signal the host's programs, or listen where they do.",
  },
  "no-devices": {
    means: "A container has no device of the host.",
    why: "A disk's device is the host's files without their permissions.",
  },
  "kernel-filters": {
    means:
      "The filters of system calls and files (seccomp, AppArmor, SELinux) are on, as the engine sets them.",
    why: "They keep flaws of the kernel out of reach.",
  },
  "memory-limit": {
    means: "A container has a limit of memory, and no swap besides.",
    why: "Otherwise the kernel ends what it likes when one container takes all, MySQL for example.",
  },
  "processor-limit": {
    means: "A container has a limit of processors.",
    why: "One that runs wild would slow down all that serves.",
  },
  "process-limit": {
    means: "A container has a limit of processes and threads.",
    why: "One that makes them without end would take them from the host.",
  },
  "bounded-log": {
    means: "A container's log has a size at which the oldest lines go.",
    why: "It would fill the disk, and a full disk stops MySQL.",
  },
  "health-check": {
    means: "A container has a health check.",
    why: "Without one nobody finds that a service hangs, and no release could be trusted with traffic.",
  },
} as const satisfies Record<string, PolicyRule>;

/** The name of a rule. */
export type RuleName = keyof typeof policyRules;

/** All names. */
export const ruleNames = Object.keys(policyRules) as RuleName[];

/** Characters that the reason for an exception has at least: a sentence, and not a word. */
export const leastReason = 20;

/** Where an exception stands in the stack config. */
export function exceptionPath(rule: RuleName): string[] {
  return ["policy", "exceptions", rule];
}
