import type Docker from "dockerode";
import { messageOf } from "../host/message.ts";
import { within } from "./bound.ts";
import { orMissing } from "./client.ts";

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

/**
 * Removes a container that was tried, with its anonymous volumes. Never fails: that would hide how the trial ended.
 *
 * @returns undefined if it is gone; else why it isn't, and how to remove it
 */
export async function leftOfTrial(container: Docker.Container): Promise<string | undefined> {
  try {
    await orMissing(container.remove({ force: true, v: true }));
    return undefined;
  } catch (error) {
    return `the container of the trial can't be removed (${messageOf(error)}): docker rm --force --volumes ${container.id}`;
  }
}
