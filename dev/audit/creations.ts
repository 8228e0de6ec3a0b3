import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { ofStack } from "../../workload/labels.ts";
import type { Inspected } from "./cis-rules.ts";

/** The containers of a stack that were made while somebody watched. */
export interface Creations {
  /** Those that could be looked at before they were gone. */
  seen: () => Promise<Inspected[]>;
  /** Ends the watching. */
  stop: () => void;
}

/** Looks at each container of a stack as soon as the engine has made it: many are removed within a second. */
export async function watchCreations(docker: Docker, stack: string): Promise<Creations> {
  const filters = { type: ["container" as const], event: ["create"], label: ofStack(stack) };
  const stream: unknown = await docker.getEvents({ filters });
  const events = stream as Readable;
  const looks: Promise<Inspected | undefined>[] = [];
  events.setEncoding("utf8");
  let rest = "";
  events.on("data", (text: string) => {
    const whole = (rest + text).split("\n");
    rest = whole.pop() ?? "";
    for (const line of whole.filter((one) => one !== "")) {
      const { id } = JSON.parse(line) as { id: string };
      looks.push(orMissing(docker.getContainer(id).inspect()));
    }
  });
  // The stream ends with an error when it is stopped.
  events.on("error", () => undefined);
  return {
    seen: async () => (await Promise.all(looks)).filter((one) => one !== undefined),
    stop: () => events.destroy(),
  };
}
