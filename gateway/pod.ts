import { configMount, frontendMount, nginxUid, presencePort, temporaryMount } from "./layout.ts";
import { configVolumeName, frontendVolumeName, temporaryVolumeName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { Workload } from "../workload/workload.ts";

/** What nginx needs to run, in its own container or as the edge's stand-in. */
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
    // For nginx's sockets, pid file and alerts.
    memory: { "/tmp": { megabytes: 4 } },
  };
}

/** curl's exit code if nothing listens. An nginx that is busy or answers with an error does listen. */
const refused = 7;

/** Shell condition: no nginx of the pod takes connections, except perhaps the edge's own. */
export const nobodyIsPublic = `curl -s -o /dev/null --max-time 2 http://127.0.0.1:${presencePort}/healthz; [ $? = ${refused} ]`;
