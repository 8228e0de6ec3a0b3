import type * as pulumi from "@pulumi/pulumi";
import { configMount, frontendMount, nginxUid, presencePort, temporaryMount } from "./layout.ts";
import { tmpfs } from "../workload/container.ts";
import type { Workload } from "../workload/workload.ts";

/** What the stack gives the containers of the gateway. */
export interface PodInputs {
  image: pulumi.Input<string>;
  /** Names of the volumes with the configuration and with the frontends. */
  configVolume: pulumi.Input<string>;
  frontendVolume: pulumi.Input<string>;
  /** Name of the volume for bodies and answers that wait. */
  temporaryVolume: pulumi.Input<string>;
}

/** What nginx needs to run, be it in its own container or for once in the edge's. */
export function nginxSurroundings(inputs: PodInputs): Pick<Workload, "image" | "user" | "mounts" | "tmpfs"> {
  return {
    image: inputs.image,
    user: `${nginxUid}:${nginxUid}`,
    mounts: [
      { kind: "volume", source: inputs.configVolume, target: configMount, readOnly: false },
      { kind: "volume", source: inputs.frontendVolume, target: frontendMount, readOnly: true },
      { kind: "volume", source: inputs.temporaryVolume, target: temporaryMount, readOnly: false },
    ],
    // Its sockets and the number of its process.
    tmpfs: { "/tmp": tmpfs(4) },
  };
}

/** curl's exit code where nobody listens. Whoever listens and is busy, or answers with an error, is somebody. */
const refused = 7;

/** A condition of the shell: no nginx of the pod takes connections, but perhaps for the edge's own. */
export const nobodyIsPublic = `curl -s -o /dev/null --max-time 2 http://127.0.0.1:${presencePort}/healthz; [ $? = ${refused} ]`;
