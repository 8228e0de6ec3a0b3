import { optional } from "./fields.ts";
import { volumeName } from "./names.ts";

/** The name of a volume that outlives the stack. */
export const dataVolume = (what: string, role: string) =>
  optional(
    volumeName(),
    `Name of the volume with ${what}; name one that exists to take its data over.`,
    `\`webnet-<stack>-${role}\``,
  );
