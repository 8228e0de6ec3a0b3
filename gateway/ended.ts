import { setTimeout as sleep } from "node:timers/promises";
import { orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import type { GatewayContainer } from "./gateway.ts";

/** With a container, the commands in it end first. A busy engine notices the container's own end only later. */
const noticedWithinMilliseconds = 30_000;
const pollMilliseconds = 100;
const attempts = 2;

/**
 * Runs `work` on a gateway that may end at any moment, for example because the update replaced its edge. Ignores an
 * error if the gateway has ended. Runs `work` once more if the engine has started the gateway again meanwhile.
 *
 * @returns undefined if it has ended.
 */
export async function whileItRuns<T>(
  gateway: GatewayContainer,
  work: () => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const start = await startOf(gateway);
    if (start === undefined) return undefined;
    try {
      return await work();
    } catch (error) {
      const now = await settledStart(gateway, start);
      if (now === undefined) return undefined;
      if (now === start || attempt === attempts) throw error;
    }
  }
}

/** When the gateway's container started; undefined if it doesn't run. */
async function startOf({ container }: GatewayContainer): Promise<string | undefined> {
  const inspected = await orMissing(container.inspect());
  return isUp(inspected) ? inspected.State.StartedAt : undefined;
}

/** {@link startOf} once it is certain that the engine doesn't tell what was so before. */
async function settledStart(gateway: GatewayContainer, before: string): Promise<string | undefined> {
  const deadline = performance.now() + noticedWithinMilliseconds;
  for (;;) {
    const start = await startOf(gateway);
    if (start !== before || (await takesCommands(gateway)) || performance.now() > deadline) return start;
    await sleep(pollMilliseconds);
  }
}

/** An ending container takes none, though the engine may still say that it runs. */
async function takesCommands({ exec }: GatewayContainer): Promise<boolean> {
  return await exec(["true"]).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}
