import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../engine/client.ts";

/** True if an engine answers at `host` within `seconds`. */
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
