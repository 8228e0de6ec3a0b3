import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that Linux gives to outgoing connections: a stopped platform gets its port back after a restart. */
const range = [15_000, 32_000] as const;
const mostTries = 100;

/**
 * Finds a port of the loopback address on which nothing listened a moment ago.
 *
 * @throws Error when it finds none in 100 tries.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(...range);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of 127.0.0.1 from ${range[0]} to ${range[1]} seems to be free`);
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
