import { jobAt } from "../render/prometheus.ts";
import { serviceHealth, type Workload } from "../workload/workload.ts";
import { probe, type MonitoringService } from "./service.ts";

const port = 9100;
const host = "/host";
const processes = "/tmp/proc";

/** These files come and go with the host's kernel modules, so they may be missing when the exporter starts. */
const later = ["mdstat", "drbd", "spl"];

/**
 * Lets the exporter see the host instead of its own container. In a `/proc`, `net` and `mounts` lead to the process
 * that reads them: here the exporter, with its own network. So the exporter gets a folder of links in which they lead
 * to the host's first process. If it can't read that one, a metric is missing; it never shows a container's.
 *
 * The exporter sees disks that the host mounts later from its next start on.
 */
export function hostView(): Pick<Workload, "entrypoint" | "command" | "mounts" | "memory" | "hostProcesses"> {
  const script = [
    `mkdir -p ${processes}`,
    `cd ${processes}`,
    `ln -sfn ${host}/proc/[!0-9]* .`,
    `ln -sfn ${later.map((name) => `${host}/proc/${name}`).join(" ")} .`,
    "rm -f thread-self",
    ...["self", "1"].map((name) => `ln -sfn ${host}/proc/1 ${name}`),
    ...["net", "mounts"].map((name) => `ln -sfn ${host}/proc/1/${name} ${name}`),
    'exec /bin/node_exporter "$@"',
  ];
  return {
    entrypoint: ["sh", "-ec", script.join("\n"), "node_exporter"],
    command: [
      `--path.rootfs=${host}`,
      `--path.procfs=${processes}`,
      `--path.sysfs=${host}/sys`,
      "--no-collector.systemd",
      // These would ask the kernel itself, which answers for the exporter's own network.
      "--no-collector.netdev.netlink",
      "--no-collector.arp.netlink",
      // Its metrics always describe the reader's own network, whatever the path.
      "--no-collector.conntrack",
    ],
    mounts: [{ kind: "bind", source: "/", target: host, readOnly: true }],
    memory: { "/tmp": { megabytes: 1 } },
    hostProcesses: true,
  };
}

/** Exports the host's metrics. */
export const nodeExporter: MonitoringService = {
  key: "nodeExporter",
  logicalName: "node",
  called: "node-exporter",
  jobs: ({ host: exporter }) => [jobAt("node", `${exporter}:${port}`)],
  workload: () => ({
    ...hostView(),
    health: { command: probe(`http://127.0.0.1:${port}/`), timing: serviceHealth },
  }),
};
