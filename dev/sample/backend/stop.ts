import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Application } from "./application.ts";

// As long, requests that were on their way over an idle connection are still read, and their answers close it.
const lingerMilliseconds = 1000;

/**
 * Stops gracefully: readiness goes down, streams are closed, running requests finish, idle connections end.
 * What still runs `stopSeconds` after the call is cut off.
 * @returns whether everything finished by itself.
 */
export async function stopGracefully(app: Application, server: Server): Promise<boolean> {
  app.stopping = true;
  const deadline = new AbortController();
  const cutOff = sleep(app.settings.stopSeconds * 1000, false, { signal: deadline.signal }).catch(
    () => false,
  );
  for (const response of app.running) response.shouldKeepAlive = false;
  for (const close of [...app.streams]) close();
  const finished = (async () => {
    await sleep(lingerMilliseconds);
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    while (app.streams.size > 0) await sleep(50);
    return true;
  })();
  const whole = await Promise.race([finished, cutOff]);
  deadline.abort();
  server.closeAllConnections();
  return whole;
}
