import { orMissing } from "../../engine/client.ts";
import type { Gateway } from "./gateway.ts";

/**
 * Does something with a gateway that may end at any moment, as one does whose edge was made anew: what fails because it
 * has ended is no failure.
 *
 * @returns undefined where it had ended.
 */
export async function whileItRuns<T>(gateway: Gateway, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const inspected = await orMissing(gateway.container.inspect());
    if (inspected?.State.Running !== true) return undefined;
    throw error;
  }
}
