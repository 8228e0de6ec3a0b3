import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that Linux gives to outgoing connections: a stopped platform gets its port back after a restart. */
const range = [15_000, 32_000] as const;
const mostTries = 100;

/**
 * Finds a port of the loopback address on which nothing listened a moment ago.
 *
 * @param first the lowest port to choose
 * @param last the highest
 * @throws Error when it finds none in 100 tries.
 */
export async function freePort(first: number = range[0], last: number = range[1]): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(first, last + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of 127.0.0.1 from ${first} to ${last} seems to be free`);
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
