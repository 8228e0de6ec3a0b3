import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { hasCode } from "../../host/message.ts";
import { parseOwner, stateOf, thisProcess } from "../../host/owner.ts";
import { localPaths } from "../toolchain/environment.ts";

/** Below the ports that Linux gives to outgoing connections: a stopped platform gets its port back after a restart. */
const range = [15_000, 32_000] as const;
const mostTries = 100;

/** One file for each port that a process of this checkout was given. Another one doesn't get it, before anybody listens. */
const claims = localPaths.ports;

/**
 * Finds a port of the loopback address on which nothing listened a moment ago, and that no other process of this checkout
 * was given.
 *
 * @param first the lowest port to choose
 * @param last the highest
 * @throws Error when it finds none in 100 tries.
 */
export async function freePort(first: number = range[0], last: number = range[1]): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(first, last + 1);
    if ((await isFree(port)) && claim(port)) return port;
  }
  throw new Error(`no port of 127.0.0.1 from ${first} to ${last} seems to be free`);
}

/** Claims a port for this process. False if another process that still runs has claimed it. */
function claim(port: number): boolean {
  const file = join(claims, String(port));
  mkdirSync(claims, { recursive: true });
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      writeFileSync(file, JSON.stringify(thisProcess()), { flag: "wx" });
      return true;
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
    const owner = parseOwner(textOf(file));
    // An empty file is being written.
    if (owner === undefined || stateOf(owner) === "running") return false;
    rmSync(file, { force: true });
  }
  return false;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Another process has just removed it.
    return "";
  }
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
