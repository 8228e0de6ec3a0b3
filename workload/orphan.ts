import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { liveGateway } from "../deploy/gateway/live.ts";
import { connectEngine, orMissing } from "../engine/client.ts";

/**
 * Runs before Pulumi creates a container, and so only when the state doesn't know it. A container of that name is then
 * what a killed update left: it is removed, so that the retry can make it, unless it may be serving.
 */
export function orphanHook(stack: string, gatewayName: string): pulumi.ResourceHook {
  return new pulumi.ResourceHook("remove-orphaned-container", async ({ newInputs }) => {
    const { name } = newInputs as { name: string };
    await removeOrphan(connectEngine(), stack, gatewayName, name);
  });
}

/**
 * Removes a container of ours by its name.
 *
 * @throws Error where it isn't ours, or where removing it could take something out of service; with the commands.
 */
export async function removeOrphan(
  docker: Docker,
  stack: string,
  gatewayName: string,
  name: string,
): Promise<void> {
  const container = docker.getContainer(name);
  const found = await orMissing(container.inspect());
  if (found === undefined) return;
  const { "webnet.stack": owner, "webnet.role": role, "webnet.release": release } = found.Config.Labels;
  if (owner !== stack) {
    throw new Error(
      `a container named ${name} is on the engine and isn't ours: docker rename ${name} <other name>`,
    );
  }
  const serving = (await liveGateway(docker, gatewayName))?.record.active;
  const mayServe = serving !== undefined && (role !== "backend" || release === serving);
  if (mayServe) {
    throw new Error(
      `the container ${name} is on the engine and serves, but the state doesn't know it. ` +
        "If the state was lost, restore it: pulumi stack import --file <export>. " +
        `If an update was killed while it made this container, remove it and try again: docker rm -f ${name}`,
    );
  }
  await container.remove({ force: true });
}
