import { renderClientCnf } from "../render/mysql.ts";
import { jobAt } from "../render/prometheus.ts";
import { serviceHealth } from "../workload/workload.ts";
import { probe, type MonitoringService } from "./service.ts";
import { secretsDirectory } from "../workload/names.ts";

const port = 9104;
const clientFile = "client.cnf";

/** Exports MySQL's metrics. */
export const mysqldExporter: MonitoringService = {
  key: "mysqldExporter",
  logicalName: "mysql",
  called: "mysqld-exporter",
  jobs: ({ host }) => [jobAt("mysql", `${host}:${port}`)],
  files: ({ database: { host, port: mysqlPort, monitoring } }) => ({
    logicalName: "secrets",
    purpose: "mysqld-exporter",
    target: secretsDirectory,
    files: {
      [clientFile]: monitoring.password.apply((password) =>
        renderClientCnf({ user: monitoring.user, password, host, port: mysqlPort, protocol: "tcp" }),
      ),
    },
  }),
  workload: () => ({
    command: [`--config.my-cnf=${secretsDirectory}/${clientFile}`],
    health: { command: probe(`http://127.0.0.1:${port}/`), timing: serviceHealth },
  }),
};
