import * as pulumi from "@pulumi/pulumi";
import { gapNotice } from "../gap-notice.ts";
import type { RunningContainer } from "../platform.ts";

/** A container as the update wants it, as far as the running one can be compared with it. */
export interface Wanted {
  name: string;
  /** Undefined if it keeps its predecessor's. */
  image: pulumi.Input<string> | undefined;
  labels: Readonly<Record<string, string>>;
  /** Names of the volumes that it mounts. */
  volumes: readonly string[];
}

// In a preview an output's value may be unknown. Pulumi's SDK has this property, but its typings lack it.
interface Knowing {
  isKnown: Promise<boolean>;
}

/**
 * Warns in a preview that the update makes a running container anew, and says what that costs: Pulumi's plan shows just
 * two letters before a name.
 *
 * @param gap what is missing meanwhile, and for how long, as a sentence
 */
export async function warnOfGap(running: RunningContainer, wanted: Wanted, gap: string): Promise<void> {
  if (await staysAsItIs(running, wanted)) return;
  await pulumi.log.warn(gapNotice(wanted.name, gap));
}

/** True if the running container is already as wanted. An image that the engine has yet to pull is another one. */
async function staysAsItIs(running: RunningContainer, wanted: Wanted): Promise<boolean> {
  if (Object.entries(wanted.labels).some(([label, value]) => running.labels[label] !== value)) return false;
  if (!wanted.volumes.every((volume) => running.volumes.includes(volume))) return false;
  const wantedImage = pulumi.output(wanted.image ?? running.image);
  if (!(await (wantedImage as unknown as Knowing).isKnown)) return false;
  const image = await new Promise<string>((resolve) => {
    wantedImage.apply(resolve);
  });
  return image === running.image;
}
