import * as pulumi from "@pulumi/pulumi";
import { gapNotice } from "../gap-notice.ts";
import type { RunningContainer } from "../platform.ts";

/** A container as it is to be, as far as its predecessor tells the difference. */
export interface Wanted {
  name: string;
  /** Undefined where it keeps its predecessor's. */
  image: pulumi.Input<string> | undefined;
  labels: Readonly<Record<string, string>>;
  /** Names of the volumes that it mounts. */
  volumes: readonly string[];
}

// What an output holds may be unknown in a preview; Pulumi's SDK has this, but leaves it out of its typings.
interface Knowing {
  isKnown: Promise<boolean>;
}

/**
 * Says in a preview, in words, that what runs is going to be made anew and what that costs: in a plan it is two letters
 * before a name.
 *
 * @param gap what nobody gets meanwhile, and for how long, as a sentence
 */
export async function warnOfGap(running: RunningContainer, wanted: Wanted, gap: string): Promise<void> {
  if (await staysAsItIs(running, wanted)) return;
  await pulumi.log.warn(gapNotice(wanted.name, gap));
}

/** Whether a container that runs is what is wanted. An image that has yet to be fetched is another one. */
export async function staysAsItIs(running: RunningContainer, wanted: Wanted): Promise<boolean> {
  if (Object.entries(wanted.labels).some(([label, value]) => running.labels[label] !== value)) return false;
  if (!wanted.volumes.every((volume) => running.volumes.includes(volume))) return false;
  const wantedImage = pulumi.output(wanted.image ?? running.image);
  if (!(await (wantedImage as unknown as Knowing).isKnown)) return false;
  const image = await new Promise<string>((resolve) => {
    wantedImage.apply(resolve);
  });
  return image === running.image;
}
