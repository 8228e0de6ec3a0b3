import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";

/** Where Docker listens unless it is told otherwise. */
export const defaultHost = "unix:///var/run/docker.sock";

/** Tells whether an engine answers at an address within some seconds. */
export async function answers(host: string, seconds: number): Promise<boolean> {
  const stop = new AbortController();
  try {
    const pinged = clientFor(host)
      .ping()
      .then(() => true);
    return await Promise.race([pinged, sleep(seconds * 1000, false, { signal: stop.signal })]);
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}

/** A client for an engine at an address; TLS follows Docker's own variables. */
export function clientFor(host: string): Docker {
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  const before = process.env["DOCKER_HOST"];
  // The client reads the other kinds of address from this variable only, and only while it is made.
  process.env["DOCKER_HOST"] = host;
  try {
    return new Docker();
  } finally {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  }
}
