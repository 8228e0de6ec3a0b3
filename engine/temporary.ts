import type Docker from "dockerode";
import { within } from "./bound.ts";

/** What the engine may take to make a container, or to remove one, in seconds. Either takes tenths of a second. */
const settleSeconds = 120;
/** What a removal may take when something has failed already: whoever waits for the reason waits no longer than that. */
const giveUpSeconds = 20;

/**
 * Gives `use` a container that is removed afterwards, with its anonymous volumes, however that ends.
 *
 * @throws what `use` throws, rather than what the removal does
 */
export async function withTemporary<T>(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  use: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const container = await within("making a container", { totalSeconds: settleSeconds }, ({ signal }) =>
    docker.createContainer({ ...options, abortSignal: signal }),
  );
  const remove = (totalSeconds: number) =>
    within("removing a container", { totalSeconds }, ({ signal }) =>
      container.remove({ force: true, v: true, abortSignal: signal }),
    );
  let result: T;
  try {
    result = await use(container);
  } catch (error) {
    await remove(giveUpSeconds).catch(() => undefined);
    throw error;
  }
  await remove(settleSeconds);
  return result;
}
