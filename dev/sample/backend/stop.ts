import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Application } from "./application.ts";

// In this time the backend still reads requests from idle connections. Their answers close the connections.
const lingerMilliseconds = 1000;

/**
 * Stops gracefully: sets readiness down, closes streams, lets running requests finish, ends idle connections.
 * Cuts off requests that still run `stopSeconds` after the call.
 * @returns true if everything finished by itself.
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
