import type { Workload } from "../../../workload/workload.ts";

/** A service with only what every service has. */
export const exampleWorkload: Workload = {
  name: "service",
  aliases: ["other-name"],
  role: "service",
  user: "1:1",
  mounts: [{ kind: "volume", source: "one", target: "/data", readOnly: false }],
  health: {
    command: ["true"],
    timing: { intervalSeconds: 1, timeoutSeconds: 1, retries: 1, startPeriodSeconds: 1 },
  },
  limits: { memoryMegabytes: 64, cpus: 1 },
  stop: { signal: "SIGTERM", graceSeconds: 1 },
};
