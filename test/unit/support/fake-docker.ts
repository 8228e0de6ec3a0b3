import type Docker from "dockerode";
import { fakeReleases, type FakeRelease } from "./fake-releases.ts";

/** What a fake engine holds and what its registry says. */
export interface Holdings {
  /** Ids of the images that it holds, by reference. Default: none. */
  images?: Record<string, string>;
  /** What a registry answers for an image: its digest, or a refusal. Default: it can't be reached. */
  registry?: (reference: string) => string | { status: number; message: string } | undefined;
  /** What it has of releases. Default: none. */
  releases?: Record<string, FakeRelease>;
  networks?: { Name: string; Id: string; Labels?: Record<string, string> }[];
  containers?: {
    name: string;
    stack?: string;
    release?: string;
    ports: { PublicPort?: number; IP?: string }[];
  }[];
}

/** An engine's client that answers from what it is given, and remembers which registry look-ups it was asked for. */
export function fakeDocker(holdings: Holdings): { docker: Docker; lookUps: Record<string, unknown>[] } {
  const { images = {}, registry = () => undefined, networks = [], containers = [], releases } = holdings;
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
    // As the engine does it: a filter by name finds longer names too.
    listNetworks: ({ filters }: { filters: { name: string[] } }) =>
      Promise.resolve(networks.filter(({ Name }) => filters.name.some((part) => Name.includes(part)))),
    listContainers: () =>
      Promise.resolve(
        containers.map(({ name, stack, release, ports }) => ({
          Names: [`/${name}`],
          Labels: {
            ...(stack !== undefined && { "webnet.stack": stack }),
            ...(release !== undefined && { "webnet.release": release }),
          },
          Ports: ports,
        })),
      ),
    ...(releases && fakeReleases(releases)),
  } as unknown as Docker;
  return { docker, lookUps };
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
