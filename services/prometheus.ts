import { candidate } from "../contract/files.ts";
import { jobAt, renderPrometheus } from "../render/prometheus.ts";
import { digestOf } from "../workload/digest.ts";
import { serviceHealth } from "../workload/workload.ts";
import { probe, type MonitoringService, type ServiceContext } from "./service.ts";

/** Port of Prometheus on the stack's network. */
export const prometheusPort = 9090;
const configDirectory = "/etc/prometheus";
const configFile = "prometheus.yml";
const dataDirectory = "/prometheus";

/** After a start it replays what it had in memory, before it takes a configuration. */
const readySeconds = 60;
/** One with many series and a slow disk takes minutes, and takes the configuration in the end. */
const takenSeconds = 300;

/**
 * Has it read its configuration, and waits until it has. It keeps the former one if it can't. The time of its last
 * success tells: its web API for this stays off, which anybody on the network could call.
 */
const reload = [
  `ask() { wget -q -T 5 -O - "http://127.0.0.1:${prometheusPort}$1"; }`,
  'value() { ask /metrics | sed -n "s/^prometheus_config_last_reload_$1 //p"; }',
  "now() { date +%s; }",
  `end=$(($(now) + ${readySeconds}))`,
  "until ask /-/ready > /dev/null 2>&1 &&",
  // Without them, the time of an earlier success would look like a new one.
  '  before=$(value success_timestamp_seconds) && succeeded=$(value successful) && [ -n "$before" ] && [ -n "$succeeded" ]; do',
  `  [ $(now) -lt $end ] || { echo "it was not ready within ${readySeconds} s, so it was not told of them" >&2; exit 1; }`,
  "  sleep 0.5",
  "done",
  "kill -HUP 1",
  `end=$(($(now) + ${takenSeconds}))`,
  "while [ $(now) -lt $end ]; do",
  "  sleep 0.2",
  "  taken=$(value success_timestamp_seconds)",
  '  if [ -n "$taken" ] && [ "$taken" != "$before" ]; then exit 0; fi',
  // If it refused an earlier configuration, it says so before this one too.
  '  if [ "$succeeded" = 1 ] && [ "$(value successful)" = 0 ]; then echo "it could not read them" >&2; exit 1; fi',
  "done",
  `echo "it has not read them within ${takenSeconds} s" >&2`,
  "exit 1",
].join("\n");

/** Collects all metrics and keeps their history. */
export const prometheus: MonitoringService = {
  key: "prometheus",
  logicalName: "prometheus",
  called: "Prometheus",
  dataTarget: dataDirectory,
  publishedPort: prometheusPort,
  files: (context) => {
    const configuration = configurationOf(context);
    return {
      logicalName: "config",
      purpose: "prometheus",
      target: configDirectory,
      files: { [configFile]: configuration },
      digest: digestOf(configuration),
    };
  },
  onChange: {
    check: ["promtool", "check", "config", `${candidate}/${configFile}`],
    tell: { command: ["sh", "-c", reload], seconds: readySeconds + takenSeconds + 30 },
  },
  workload: ({ platform: { settings } }) => ({
    command: [
      `--config.file=${configDirectory}/${configFile}`,
      `--storage.tsdb.path=${dataDirectory}`,
      `--storage.tsdb.retention.time=${settings.monitoring.retentionDays}d`,
      `--storage.tsdb.retention.size=${settings.monitoring.retentionSizeGigabytes}GB`,
    ],
    memory: { "/tmp": { megabytes: 64 } },
    health: { command: probe(`http://127.0.0.1:${prometheusPort}/-/healthy`), timing: serviceHealth },
    // Prometheus writes to disk what it holds in memory.
    stop: { signal: "SIGTERM", graceSeconds: 60 },
  }),
};

function configurationOf({ platform, jobs }: ServiceContext): string {
  return renderPrometheus({
    scrapeIntervalSeconds: platform.settings.monitoring.scrapeIntervalSeconds,
    stack: platform.stack,
    jobs: [jobAt("prometheus", `localhost:${prometheusPort}`), ...jobs],
  });
}
