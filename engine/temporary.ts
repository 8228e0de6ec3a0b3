import type Docker from "dockerode";
import { within } from "./bound.ts";

/** Time limit for creating or removing a container, in seconds. Either usually takes tenths of a second. */
const settleSeconds = 120;
/** Time limit for the removal after a failure, so that the operator soon sees the reason. */
const giveUpSeconds = 20;

/**
 * Gives `use` a temporary container. Removes it afterwards, with its anonymous volumes, even if `use` fails.
 *
 * @throws what `use` throws, even if the removal fails too
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
