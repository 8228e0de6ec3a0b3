import { orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import type { GatewayContainer } from "./gateway.ts";

/**
 * Does something with a gateway that may end at any moment, as one does whose edge was made anew: what fails because it
 * has ended is no failure.
 *
 * @returns undefined where it had ended.
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
