import { configMount, frontendMount, nginxUid, presencePort, temporaryMount } from "./layout.ts";
import { configVolumeName, frontendVolumeName, temporaryVolumeName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { Workload } from "../workload/workload.ts";

/** What nginx needs to run, be it in its own container or for once in the edge's. */
export function nginxSurroundings({ prefix }: Platform): Pick<Workload, "user" | "mounts" | "memory"> {
  const [config, frontends, temporary] = [
    configVolumeName(prefix),
    frontendVolumeName(prefix),
    temporaryVolumeName(prefix),
  ];
  return {
    user: `${nginxUid}:${nginxUid}`,
    mounts: [
      { kind: "volume", source: config, target: configMount, readOnly: false },
      { kind: "volume", source: frontends, target: frontendMount, readOnly: true },
      { kind: "volume", source: temporary, target: temporaryMount, readOnly: false },
    ],
    // Its sockets and the number of its process.
    memory: { "/tmp": { megabytes: 4 } },
  };
}

/** curl's exit code where nobody listens. Whoever listens and is busy, or answers with an error, is somebody. */
const refused = 7;

/** A condition of the shell: no nginx of the pod takes connections, but perhaps for the edge's own. */
export const nobodyIsPublic = `curl -s -o /dev/null --max-time 2 http://127.0.0.1:${presencePort}/healthz; [ $? = ${refused} ]`;
