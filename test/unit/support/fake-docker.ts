import type Docker from "dockerode";
import { frame, type Answer } from "./fake-container.ts";
import { fakeReleases, type FakeRelease } from "./fake-releases.ts";

/** What a fake engine holds and what its registry says. */
export interface Holdings {
  /** Ids of the images that it holds, by reference. Default: none. */
  images?: Record<string, string>;
  /** What a registry answers for an image: its digest, or a refusal. Default: unreachable. */
  registry?: (reference: string) => string | { status: number; message: string } | undefined;
  /** The releases that it has. Default: none. */
  releases?: Record<string, FakeRelease>;
  networks?: { Name: string; Id: string; Labels?: Record<string, string>; EnableIPv6?: boolean }[];
  containers?: {
    name: string;
    stack?: string;
    release?: string;
    role?: string;
    /** Ports that it publishes. Default of `Type`: tcp. */
    ports?: { PublicPort?: number; IP?: string; Type?: string }[];
    networks?: string[];
    /** Names of the volumes that it mounts. */
    volumes?: string[];
    state?: string;
    hostConfig?: Docker.HostConfig;
  }[];
  /** Why it can't publish a port; an empty port stands for any. Default: it can. */
  refuseToPublish?: (address: string, port: string) => string | undefined;
  /** True if it accepts an address and publishes nothing there. Default: false. */
  publishesNothing?: (address: string) => boolean;
  host?: { NCPU: number; MemTotal: number; SecurityOptions?: string[] };
  /** What a container's command prints, and its exit code. Throws the engine's refusal. Default: nothing, and 0. */
  run?: (options: Docker.ContainerCreateOptions) => Answer;
  /** Labels of the volumes that it has, by name. Default: none. */
  volumes?: Record<string, Record<string, string>>;
}

/** An engine's client that answers from `holdings`. `lookUps` has the registry look-ups that it got. */
export function fakeDocker(holdings: Holdings): { docker: Docker; lookUps: Record<string, unknown>[] } {
  const { images = {}, registry = () => undefined, networks = [], containers = [], volumes = {} } = holdings;
  const {
    refuseToPublish = () => undefined,
    publishesNothing = () => false,
    host = { NCPU: 4, MemTotal: 8 * 1024 ** 3 },
    run = () => ({}),
    releases,
  } = holdings;
  const lookUps: Record<string, unknown>[] = [];
  const docker = {
    getImage: (reference: string) => ({
      inspect: () => {
        const Id = images[reference];
        return Id === undefined ? Promise.reject(refusal(404, "no such image")) : Promise.resolve({ Id });
      },
      distribution: ({ authconfig }: { authconfig?: unknown }) => {
        lookUps.push({ reference, authconfig });
        const answer = registry(reference);
        if (typeof answer === "string") return Promise.resolve({ Descriptor: { digest: answer } });
        return Promise.reject(
          answer === undefined ? new Error("no route") : refusal(answer.status, answer.message),
        );
      },
    }),
    getNetwork: (name: string) => ({
      inspect: () => {
        const found = networks.find(({ Name }) => Name === name);
        return found === undefined ? Promise.reject(refusal(404, "no such network")) : Promise.resolve(found);
      },
    }),
    getVolume: (name: string) => ({
      inspect: () => {
        const Labels = volumes[name];
        return Labels === undefined
          ? Promise.reject(refusal(404, "no such volume"))
          : Promise.resolve({ Labels });
      },
    }),
    getContainer: (id: string) => ({
      inspect: () =>
        Promise.resolve({
          HostConfig: containers.find(({ name }) => id === `id-of-${name}`)?.hostConfig ?? {},
        }),
    }),
    createContainer: (options: Docker.ContainerCreateOptions) => {
      const bindings = options.HostConfig?.PortBindings as
        Record<string, { HostIp: string; HostPort: string }[]> | undefined;
      if (bindings === undefined) return Promise.resolve().then(() => fakeRun(run(options)));
      return Promise.resolve({
        start: () => {
          for (const { HostIp, HostPort } of Object.values(bindings).flat()) {
            const why = refuseToPublish(HostIp, HostPort);
            if (why !== undefined) return Promise.reject(refusal(500, why));
          }
          return Promise.resolve();
        },
        inspect: () =>
          Promise.resolve({
            NetworkSettings: {
              Ports: Object.fromEntries(
                Object.entries(bindings).map(([port, list]) => [
                  port,
                  list.filter(({ HostIp }) => !publishesNothing(HostIp)),
                ]),
              ),
            },
          }),
        remove: () => Promise.resolve(),
      });
    },
    info: () => Promise.resolve(host),
    // As on the engine, a filter by name finds longer names too.
    listNetworks: ({ filters }: { filters: { name: string[] } }) =>
      Promise.resolve(networks.filter(({ Name }) => filters.name.some((part) => Name.includes(part)))),
    listContainers: () =>
      Promise.resolve(
        containers.map(({ name, stack, release, role, ports = [], networks = [], volumes = [], state }) => ({
          Id: `id-of-${name}`,
          ImageID: `sha256:image-of-${name}`,
          Names: [`/${name}`],
          State: state ?? "running",
          Labels: {
            ...(stack !== undefined && { "webnet.stack": stack }),
            ...(release !== undefined && { "webnet.release": release }),
            ...(role !== undefined && { "webnet.role": role }),
          },
          Ports: ports.map((port) => ({ Type: "tcp", ...port })),
          NetworkSettings: { Networks: Object.fromEntries(networks.map((network) => [network, {}])) },
          Mounts: volumes.map((volume) => ({ Type: "volume", Name: volume, RW: true })),
        })),
      ),
    ...(releases && fakeReleases(releases)),
  } as unknown as Docker;
  return { docker, lookUps };
}

/** A container that has printed this and ended. */
function fakeRun({ exitCode = 0, stdout = "", stderr = "" }: Answer): object {
  return {
    attach: () => Promise.resolve([Buffer.concat([frame(1, stdout), frame(2, stderr)])]),
    start: () => Promise.resolve(),
    wait: () => Promise.resolve({ StatusCode: exitCode }),
    remove: () => Promise.resolve(),
  };
}

/** The error of an engine that refuses. */
export function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
