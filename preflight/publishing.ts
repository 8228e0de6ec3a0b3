import { createServer } from "node:net";
import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { refusalToPublish, type PublishTrial } from "../engine/publish-trial.ts";
import type { Settings } from "../settings/index.ts";
import { engineIsHere } from "./host.ts";
import { roleOf, stackOf } from "../workload/labels.ts";
import { gatewayFacts } from "../settings/services.ts";

/** The engine that answers, and the stack that asks. */
export interface Engine {
  docker: Docker;
  settings: Settings;
  stack: string;
  /** All of the engine's. */
  containers: readonly Docker.ContainerInfo[];
}

/** Whether a port can be published. Unknown if neither the engine nor this machine can tell. */
export type Publishing = { outcome: "published" | "unknown" } | { refusal: string };

/** The containers of the stack's gateway: the edge and each nginx, or what held the ports before there was an edge. */
export function ofGateway(
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): Docker.ContainerInfo[] {
  return containers.filter((one) => stackOf(one) === stack && gatewayFacts.publishers.includes(roleOf(one)));
}

/** The image of the stack's running gateway. The engine keeps it while that container runs. */
export function imageThere(stack: string, containers: readonly Docker.ContainerInfo[]): string | undefined {
  return ofGateway(stack, containers).find(({ State }) => State === "running")?.ImageID;
}

/**
 * Asks the engine itself, with the image of the running gateway: that is there even if this update brings another one.
 * Without an image of the gateway, or without the network, nothing of ours runs yet, and webnet can ask only this
 * machine.
 */
export async function publishing(
  { docker, settings, stack, containers }: Engine,
  trial: Omit<PublishTrial, "image">,
): Promise<Publishing> {
  const [image, network] = await Promise.all([
    imageThere(stack, containers) ??
      orMissing(docker.getImage(settings.images.nginx).inspect()).then((found) => found?.Id),
    orMissing(docker.getNetwork(trial.network).inspect()),
  ]);
  if (image !== undefined && network !== undefined)
    return answered(await refusalToPublish(docker, { ...trial, image }));
  return engineIsHere(settings)
    ? answered(await refusalHere(trial.address, trial.port ?? 0))
    : { outcome: "unknown" };
}

function answered(refusal: string | undefined): Publishing {
  return refusal === undefined ? { outcome: "published" } : { refusal };
}

/** The stack's network if the stack already runs on it, else `bridge`. */
export function networkOf(
  settings: Settings,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): string {
  const { name } = settings.network;
  const isThere = containers.some(
    (one) => stackOf(one) === stack && Object.keys(one.NetworkSettings.Networks).includes(name),
  );
  return isThere ? name : "bridge";
}

async function refusalHere(address: string, port: number): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // A port below 1024 may be closed to this user and open to the engine.
      resolve(error.code === "EACCES" ? undefined : error.message);
    });
    server.listen({ port, host: address, ipv6Only: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}
