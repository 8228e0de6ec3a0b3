import { volumeName } from "./names.ts";

/** The name of a volume that outlives the stack. */
export const dataVolume = (what: string, role: string) =>
  volumeName()
    .exactOptional()
    .meta({
      ...volumeName().meta(),
      description: `Name of the volume with ${what}; name one that exists to take its data over.`,
      defaultText: `\`webnet-<stack>-${role}\``,
    });
