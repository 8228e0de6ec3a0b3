import { orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import type { GatewayContainer } from "./gateway.ts";

/**
 * Runs `work` on a gateway that may end at any moment, for example because the update replaced its edge. Ignores an
 * error if the gateway has ended.
 *
 * @returns undefined if it has ended.
 */
export async function whileItRuns<T>(
  gateway: GatewayContainer,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isUp(await orMissing(gateway.container.inspect()))) return undefined;
    throw error;
  }
}
