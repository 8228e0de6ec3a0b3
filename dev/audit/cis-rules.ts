import type Docker from "dockerode";

/** What the rules need to know of the engine. */
export interface EngineFacts {
  /** What the engine confines containers by, such as `name=apparmor`. */
  securityOptions: readonly string[];
  /** Whether the engine is part of a swarm. */
  inSwarm: boolean;
}

/** A container as the engine describes it, with the command lines that run in it. */
export interface Inspected extends Docker.ContainerInspectInfo {
  processes?: readonly string[];
}

/** A rule of the CIS Docker Benchmark, by its number in 1.5 to 1.7. */
export interface CisRule {
  number: `5.${number}`;
  title: string;
  /** What breaks the rule, in words; undefined if nothing does. */
  broken: (container: Inspected, engine: EngineFacts) => string | undefined;
}

const sensitive = ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"];
const everyAddress = ["", "0.0.0.0", "::"];
const privilegedPorts = 1024;
/** What the engine gives a container that asks for nothing. */
const usualShares = 1024;

const unless = (good: boolean, words: string): string | undefined => (good ? undefined : words);
const listed = (words: readonly string[]): string | undefined => unless(words.length === 0, words.join(", "));

const optionsOf = ({ HostConfig }: Inspected): string[] => (HostConfig.SecurityOpt ?? []) as string[];

function confines(engine: EngineFacts, what: string): boolean {
  return engine.securityOptions.some((option) => option.startsWith(`name=${what}`));
}

function published({ HostConfig }: Inspected): { inside: string; address: string; port: number }[] {
  const bindings = (HostConfig.PortBindings ?? {}) as Record<
    string,
    { HostIp: string; HostPort: string }[] | null
  >;
  return Object.entries(bindings).flatMap(([inside, own]) =>
    (own ?? []).map(({ HostIp, HostPort }) => ({ inside, address: HostIp, port: Number(HostPort) })),
  );
}

/** The ports in a container that are meant to be published. */
const meantPorts = ["80/tcp", "443/tcp", "3306/tcp", "9090/tcp"];

/** The rules of section 5, "Container Runtime". */
export const cisRules: readonly CisRule[] = [
  {
    number: "5.1",
    title: "Swarm mode is not enabled, if not needed",
    broken: (_, { inSwarm }) => unless(!inSwarm, "the engine is in a swarm"),
  },
  {
    number: "5.2",
    title: "An AppArmor profile is enabled, if applicable",
    broken: (container, engine) => {
      const { AppArmorProfile: profile } = container as { AppArmorProfile?: string };
      if (!confines(engine, "apparmor")) return undefined;
      return unless(
        profile !== undefined && !["", "unconfined"].includes(profile),
        `profile "${profile ?? ""}"`,
      );
    },
  },
  {
    number: "5.3",
    title: "SELinux security options are set, if applicable",
    broken: (container, engine) =>
      unless(
        !confines(engine, "selinux") || !optionsOf(container).includes("label=disable"),
        "label=disable",
      ),
  },
  {
    number: "5.4",
    title: "Linux kernel capabilities are restricted",
    broken: ({ HostConfig: { CapAdd, CapDrop } }) => {
      const added = (CapAdd ?? []) as string[];
      if (added.length > 0) return `adds ${added.join(", ")}`;
      return unless(((CapDrop ?? []) as string[]).includes("ALL"), "does not drop ALL");
    },
  },
  {
    number: "5.5",
    title: "No privileged containers",
    broken: ({ HostConfig }) => unless(HostConfig.Privileged !== true, "privileged"),
  },
  {
    number: "5.6",
    title: "No sensitive directories of the host are mounted",
    broken: ({ Mounts }) =>
      listed(
        Mounts.filter(
          ({ Type, Source }) => Type === "bind" && sensitive.some((path) => isAtOrBelow(Source, path)),
        ).map(({ Source, RW }) => `${Source} ${RW ? "for writing" : "read-only"}`),
      ),
  },
  {
    number: "5.7",
    title: "sshd is not run within containers",
    broken: ({ processes = [] }) => listed(processes.filter((line) => /(?:^|\/)sshd\b/.test(line))),
  },
  {
    number: "5.8",
    title: "Privileged ports are not mapped within containers",
    broken: (container) =>
      listed(
        published(container)
          .filter(({ port }) => port > 0 && port < privilegedPorts)
          .map(({ port }) => String(port)),
      ),
  },
  {
    number: "5.9",
    title: "Only needed ports are open on the container",
    broken: (container) => {
      if (container.HostConfig.PublishAllPorts === true) return "publishes all its ports";
      return listed(
        published(container)
          .filter(({ inside }) => !meantPorts.includes(inside))
          .map(({ inside }) => inside),
      );
    },
  },
  {
    number: "5.10",
    title: "The host's network namespace is not shared",
    broken: ({ HostConfig }) => unless(HostConfig.NetworkMode !== "host", "network host"),
  },
  {
    number: "5.11",
    title: "Memory usage is limited",
    broken: ({ HostConfig: { Memory = 0, MemorySwap = 0 } }) => {
      if (Memory <= 0) return "no limit of memory";
      return unless(MemorySwap === Memory, "may swap");
    },
  },
  {
    number: "5.12",
    title: "CPU priority is set appropriately",
    broken: ({ HostConfig: { NanoCpus = 0, CpuShares = 0 } }) =>
      unless(NanoCpus > 0 || ![0, usualShares].includes(CpuShares), "neither a limit nor a share of its own"),
  },
  {
    number: "5.13",
    title: "The container's root filesystem is mounted as read only",
    broken: ({ HostConfig }) => unless(HostConfig.ReadonlyRootfs === true, "its root can be written"),
  },
  {
    number: "5.14",
    title: "Incoming traffic is bound to a specific host interface",
    broken: (container) =>
      listed(
        published(container)
          .filter(({ address }) => everyAddress.includes(address))
          .map(({ inside, address }) => `${inside} on ${address || "every address"}`),
      ),
  },
  {
    number: "5.15",
    title: "The on-failure restart policy is set to 5",
    broken: ({ HostConfig: { RestartPolicy } }) => {
      const { Name = "", MaximumRetryCount = 0 } = (RestartPolicy ?? {}) as {
        Name?: string;
        MaximumRetryCount?: number;
      };
      const ends = Name === "" || Name === "no" || (Name === "on-failure" && MaximumRetryCount <= 5);
      return unless(ends, `restarts ${Name}`);
    },
  },
  {
    number: "5.16",
    title: "The host's process namespace is not shared",
    broken: ({ HostConfig }) => unless(HostConfig.PidMode !== "host", "pid host"),
  },
  {
    number: "5.17",
    title: "The host's IPC namespace is not shared",
    broken: ({ HostConfig }) => unless(HostConfig.IpcMode !== "host", "ipc host"),
  },
  {
    number: "5.18",
    title: "Host devices are not directly exposed",
    broken: ({ HostConfig }) =>
      listed(
        ((HostConfig.Devices as { PathOnHost: string }[] | null | undefined) ?? []).map(
          ({ PathOnHost }) => PathOnHost,
        ),
      ),
  },
  {
    number: "5.19",
    title: "The default ulimit is overwritten only if needed",
    broken: ({ HostConfig }) =>
      listed(((HostConfig.Ulimits ?? []) as { Name: string }[]).map(({ Name }) => Name)),
  },
  {
    number: "5.20",
    title: "Mount propagation is not shared",
    broken: ({ Mounts }) =>
      listed(
        Mounts.filter(({ Propagation }) => ["shared", "rshared"].includes(Propagation)).map(
          ({ Destination, Propagation }) => `${Destination} ${Propagation}`,
        ),
      ),
  },
  {
    number: "5.21",
    title: "The host's UTS namespace is not shared",
    broken: ({ HostConfig }) => unless((HostConfig as { UTSMode?: string }).UTSMode !== "host", "uts host"),
  },
  {
    number: "5.22",
    title: "The default seccomp profile is not disabled",
    broken: (container) =>
      listed(optionsOf(container).filter((option) => /^seccomp[=:]unconfined/.test(option))),
  },
  {
    number: "5.25",
    title: "Cgroup usage is confirmed",
    broken: ({ HostConfig }) => unless((HostConfig.CgroupParent ?? "") === "", "a cgroup of another parent"),
  },
  {
    number: "5.26",
    title: "The container may not acquire additional privileges",
    broken: (container) =>
      unless(
        optionsOf(container).some((option) => /^no-new-privileges(?:[=:]true)?$/.test(option)),
        "no-new-privileges is not set",
      ),
  },
  {
    number: "5.27",
    title: "Container health is checked at runtime",
    broken: ({ Config }) => {
      const [how = "NONE"] = Config.Healthcheck?.Test ?? [];
      return unless(how !== "NONE", "no health check");
    },
  },
  {
    number: "5.28",
    title: "The image is the one that was meant",
    broken: ({ Config }) => unless(!/:latest$/.test(Config.Image), `image ${Config.Image}`),
  },
  {
    number: "5.29",
    title: "The PIDs cgroup limit is used",
    broken: ({ HostConfig }) => unless((HostConfig.PidsLimit ?? 0) > 0, "no limit of processes"),
  },
  {
    number: "5.30",
    title: "Docker's default bridge docker0 is not used",
    broken: ({ NetworkSettings }) =>
      unless(!("bridge" in ((NetworkSettings.Networks as object | null) ?? {})), "on the network bridge"),
  },
  {
    number: "5.31",
    title: "The host's user namespaces are not shared",
    broken: ({ HostConfig }) => unless(HostConfig.UsernsMode !== "host", "userns host"),
  },
  {
    number: "5.32",
    title: "The Docker socket is not mounted inside containers",
    broken: ({ Mounts }) =>
      listed(
        Mounts.filter(({ Source }) => /(?:docker|containerd|podman)\.sock$/.test(Source)).map(
          ({ Source }) => Source,
        ),
      ),
  },
];

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || (folder !== "/" && path.startsWith(`${folder}/`));
}
