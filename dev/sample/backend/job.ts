import { readFileSync } from "node:fs";
import type { Application } from "./application.ts";
import { describeError } from "./log.ts";
import type { BackendSettings } from "./settings.ts";

/**
 * Whether this release serves: the platform's file holds its id. Without a platform there is only one, and it does.
 * A file that isn't there says no: nothing was switched to yet.
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
 * A scheduled job, which both colours have and only the one that serves does: a row that names the time and the release.
 * @returns what ends it.
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
