import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../engine/client.ts";

/** Tells whether an engine answers at an address within some seconds. */
export async function answers(host: string, seconds: number): Promise<boolean> {
  const stop = new AbortController();
  try {
    const pinged = connectEngine(host)
      .ping()
      .then(() => true);
    return await Promise.race([pinged, sleep(seconds * 1000, false, { signal: stop.signal })]);
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}
