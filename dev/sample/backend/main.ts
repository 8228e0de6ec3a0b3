import { identity, type Application } from "./application.ts";
import { Database } from "./database.ts";
import { scheduleJob } from "./job.ts";
import { describeError, jsonLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { createBackend } from "./server.ts";
import { readSettings } from "./settings.ts";
import { stopGracefully } from "./stop.ts";

const crashMilliseconds = 5000;

const settings = readSettings(process.env);
const log = jsonLog(identity(settings));
const database = new Database(settings.database, log);
const app: Application = {
  settings,
  database,
  metrics: createMetrics(),
  log,
  stopping: false,
  running: new Set(),
  streams: new Set(),
};
const server = createBackend(app);

server.on("error", (error) => {
  log("error", "cannot listen", describeError(error));
  process.exit(1);
});
server.listen(settings.port, () => {
  log("info", "started", { port: settings.port, fault: settings.fault });
});
database.watch();
const endJob = scheduleJob(app);

if (settings.fault === "crashing") {
  setTimeout(() => {
    log("error", "this version crashes on purpose");
    process.exit(1);
  }, crashMilliseconds);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (app.stopping) return;
    log("info", "stopping", { signal });
    void stop();
  });
}

async function stop(): Promise<void> {
  endJob();
  const whole = await stopGracefully(app, server);
  if (!whole) log("warn", "requests were still running and have been cut off");
  await database.close().catch((error: unknown) => {
    log("warn", "database connections did not end", describeError(error));
  });
  log("info", "stopped");
  process.exit(0);
}
