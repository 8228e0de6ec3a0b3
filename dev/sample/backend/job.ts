import { readFileSync } from "node:fs";
import type { Application } from "./application.ts";
import { describeError } from "./log.ts";
import type { BackendSettings } from "./settings.ts";

/**
 * True if this release serves: the platform's file then contains its id. Without a platform there is only one release,
 * and it serves. A missing file means false: nothing was switched to yet.
 */
export function serves({ servingFile, release }: Pick<BackendSettings, "servingFile" | "release">): boolean {
  if (servingFile === undefined) return true;
  try {
    return readFileSync(servingFile, "utf8").trim() === release;
  } catch {
    return false;
  }
}

/**
 * Schedules a job that writes a row with the time and the release. Both colours have the job; only the serving one runs
 * it.
 * @returns a function that ends the schedule.
 */
export function scheduleJob(app: Application): () => void {
  const { settings, database, log } = app;
  if (settings.jobSeconds === 0) return () => undefined;
  const timer = setInterval(() => {
    if (app.stopping || !serves(settings)) return;
    const { color, version, release = "none" } = settings;
    const id = `job:${new Date().toISOString()}:${release}`;
    database.insert({ id, text: "a scheduled job", color, version }).catch((error: unknown) => {
      log("warn", "the job failed", describeError(error));
    });
  }, settings.jobSeconds * 1000);
  return () => {
    clearInterval(timer);
  };
}
