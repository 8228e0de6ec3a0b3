import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { scriptCommand } from "./command.ts";
import { digestOf } from "./digest.ts";
import type { Platform } from "./platform.ts";
import type { Trial } from "./workload.ts";

/** A container's arguments before and after all of them are known. */
type Inputs = Omit<docker.ContainerArgs, "labels">;
type Args = Partial<pulumi.Unwrap<Inputs>>;
type Body = Docker.ContainerCreateOptions;

/** What one argument is to the engine, and what it is in the part that depends on the host. */
interface Part {
  config?: Body;
  host?: Docker.HostConfig;
}

const megabyte = 1024 * 1024;
const nanoCpus = 1e9;
const nanosecondsPerSecond = 1e9;
/** For what a program writes while it looks at its configuration. */
const emptyDataMegabytes = 64;

/**
 * A step before a container that can't overlap its predecessor: has the engine make one of the same description, and
 * start it where that harms nothing, while the predecessor runs. It is run when the description has changed, and does
 * nothing where there is no predecessor.
 *
 * @param args what the provider is given; without an image where the predecessor's is kept
 */
export function trialCommand(
  logicalName: string,
  platform: Platform,
  trial: Trial & { name: string; labels: Record<string, string> },
  args: Omit<Inputs, "image"> & Partial<Pick<Inputs, "image">>,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return scriptCommand(
    logicalName,
    platform,
    {
      script: "deploy/trial.ts",
      environment: {
        WEBNET_CONTAINER: trial.name,
        WEBNET_PASSES: trial.passes,
        ...(trial.asks && { WEBNET_RUNNING_ASKED: JSON.stringify(trial.asks) }),
        // Of configuration in files as well, of which a label tells.
        WEBNET_LABELS: digestOf(trial.labels),
        WEBNET_TRIAL: pulumi.output(args).apply((known) => JSON.stringify(trialBody(known, trial), null, 1)),
      },
    },
    options,
  );
}

/**
 * What the engine is told of a container by the provider, less what a second one may not have: the ports, the network,
 * and the data, in whose place there is empty memory.
 *
 * @throws Error where a container has an argument that would be left out without a word
 */
export function trialBody(args: Args, trial: Pick<Trial, "instead">): Body {
  const body: Body = {};
  const host: Docker.HostConfig = { NetworkMode: "none" };
  for (const [name, value] of Object.entries(args)) {
    const translate = (parts as Record<string, ((value: unknown, args: Args) => Part) | undefined>)[name];
    if (translate === undefined) throw new Error(`a trial doesn't know the container's argument ${name}`);
    const part = translate(value, args);
    Object.assign(body, part.config);
    // Memory stands for data beside the memory that is asked for.
    Object.assign(
      host,
      part.host,
      part.host?.Tmpfs && { Tmpfs: { ...(host.Tmpfs as object), ...part.host.Tmpfs } },
    );
  }
  const [program, ...words] = trial.instead ?? [];
  return {
    ...body,
    ...(program !== undefined && { Entrypoint: [program], Cmd: words }),
    HostConfig: host,
  };
}

const leftOut = (): Part => ({});

const parts: { [Name in keyof Args]: (value: NonNullable<Args[Name]>, args: Args) => Part } = {
  name: leftOut,
  ports: leftOut,
  networkMode: leftOut,
  networksAdvanced: leftOut,
  // One that ends must be seen to end.
  restart: leftOut,
  destroyGraceSeconds: leftOut,
  wait: leftOut,
  mustRun: leftOut,
  image: (Image) => ({ config: { Image } }),
  user: (User) => ({ config: { User } }),
  entrypoints: (Entrypoint) => ({ config: { Entrypoint } }),
  command: (Cmd) => ({ config: { Cmd } }),
  envs: (Env) => ({ config: { Env } }),
  stopSignal: (StopSignal) => ({ config: { StopSignal } }),
  stopTimeout: (StopTimeout) => ({ config: { StopTimeout } }),
  healthcheck: (health) => ({
    config: {
      Healthcheck: {
        Test: health.tests,
        Interval: nanoseconds(health.interval),
        Timeout: nanoseconds(health.timeout),
        Retries: health.retries ?? 0,
        StartPeriod: nanoseconds(health.startPeriod),
      },
    },
  }),
  mounts: (mounts, { user = "" }) => {
    const isData = (mount: (typeof mounts)[number]) => mount.type === "volume" && mount.readOnly !== true;
    const [uid = "0", gid = uid] = user.split(":");
    const memory = `rw,noexec,nosuid,nodev,size=${emptyDataMegabytes * megabyte},mode=0700,uid=${uid},gid=${gid}`;
    return {
      host: {
        Mounts: mounts
          .filter((mount) => !isData(mount))
          .map(({ type, source = "", target, readOnly = false }) => ({
            Type: type as Docker.MountType,
            Source: source,
            Target: target,
            ReadOnly: readOnly,
          })),
        Tmpfs: Object.fromEntries(mounts.filter(isData).map(({ target }) => [target, memory])),
      },
    };
  },
  tmpfs: (Tmpfs) => ({ host: { Tmpfs } }),
  dns: (Dns) => ({ host: { Dns } }),
  pidMode: (PidMode) => ({ host: { PidMode } }),
  usernsMode: (UsernsMode) => ({ host: { UsernsMode } }),
  sysctls: (Sysctls) => ({ host: { Sysctls } }),
  memory: (megabytes) => ({ host: { Memory: megabytes * megabyte } }),
  memorySwap: (megabytes) => ({ host: { MemorySwap: megabytes * megabyte } }),
  cpus: (number) => ({ host: { NanoCpus: Math.round(Number(number) * nanoCpus) } }),
  readOnly: (ReadonlyRootfs) => ({ host: { ReadonlyRootfs } }),
  capabilities: ({ adds, drops }) => ({
    host: { ...(adds && { CapAdd: adds }), ...(drops && { CapDrop: drops }) },
  }),
  securityOpts: (SecurityOpt) => ({ host: { SecurityOpt } }),
  logDriver: (Type, { logOpts }) => ({ host: { LogConfig: { Type, Config: logOpts ?? {} } } }),
  logOpts: leftOut,
};

function nanoseconds(text = "0s"): number {
  return Number.parseFloat(text) * nanosecondsPerSecond;
}
