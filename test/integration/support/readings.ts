import { Agent, get, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";

/** One answer: its version, and the connection that it came over. */
export interface Reading {
  connection: string;
  path: string;
  version: string;
}

/** An answer with the socket of its connection. */
export interface Answer {
  socket: Socket;
  status: number;
  body: string;
}

const paths = ["/", "/api/version"] as const;
const pauseMilliseconds = 10;

/** Reads the version from an answer to `/` or `/api/version`. Throws if there is none. */
export function versionIn(path: string, body: string): string {
  const found = path === "/" ? /name="webnet-version" content="([^"]*)"/ : /"version":"([^"]*)"/;
  const version = found.exec(body)?.[1];
  if (version === undefined) throw new Error(`${path} tells no version: ${body.slice(0, 200)}`);
  return version;
}

/**
 * Requests the page and the backend's version in turn while `work` runs. Each client has one connection at a time, and
 * keeps it for as long as the gateway does.
 *
 * @returns the answers of each client, in order.
 * @throws when any request fails.
 */
export async function readWhile(
  url: string,
  clients: number,
  work: () => Promise<void>,
): Promise<Reading[][]> {
  const stop = new AbortController();
  const reading = Array.from({ length: clients }, (_, client) => readOn(url, client, stop.signal));
  // A client may fail long before the end. Without this, Node would report an unhandled rejection.
  const settled = Promise.allSettled(reading);
  try {
    await work();
  } finally {
    stop.abort();
    await settled;
  }
  return await Promise.all(reading);
}

/** Records the page's own requests for the same two addresses, with the browser's connection of each. */
export async function recordReadings(page: Page, browserName: string, into: Reading[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const asked = new Map<string, Omit<Reading, "version">>();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const path = new URL(response.url).pathname;
    if (!(paths as readonly string[]).includes(path)) return;
    asked.set(requestId, { connection: `${browserName}/${response.connectionId}`, path });
  });
  session.on("Network.loadingFinished", ({ requestId }) => {
    const reading = asked.get(requestId);
    if (reading !== undefined) void addBody(session, requestId, reading, into);
  });
  await session.send("Network.enable");
}

/** The versions of each connection that brought more than one. */
export function mixedConnections(readings: readonly Reading[]): Record<string, string[]> {
  const versions = new Map<string, Set<string>>();
  for (const { connection, version } of readings) {
    versions.set(connection, (versions.get(connection) ?? new Set()).add(version));
  }
  const mixed = [...versions].filter(([, seen]) => seen.size > 1);
  return Object.fromEntries(mixed.map(([connection, seen]) => [connection, [...seen]]));
}

/** The versions in order, without direct repetitions. */
export function turns(readings: readonly Reading[]): string[] {
  return readings
    .map(({ version }) => version)
    .filter((version, index, all) => index === 0 || version !== all[index - 1]);
}

async function addBody(
  session: CDPSession,
  requestId: string,
  reading: Omit<Reading, "version">,
  into: Reading[],
): Promise<void> {
  try {
    const { body } = await session.send("Network.getResponseBody", { requestId });
    into.push({ ...reading, version: versionIn(reading.path, body) });
  } catch {
    // A reload discards the bodies of the previous page.
  }
}

async function readOn(url: string, client: number, stop: AbortSignal): Promise<Reading[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const names = new Map<Socket, string>();
  const readings: Reading[] = [];
  try {
    for (let index = 0; !stop.aborted; index++) {
      const path = paths[index % paths.length] ?? "/";
      const { socket, status, body } = await ask(`${url}${path}`, agent);
      if (status !== 200) throw new Error(`${path}: HTTP ${status}`);
      const connection = names.get(socket) ?? `${client}/${names.size}`;
      names.set(socket, connection);
      readings.push({ connection, path, version: versionIn(path, body) });
      await sleep(pauseMilliseconds);
    }
  } finally {
    agent.destroy();
  }
  return readings;
}

/**
 * Sends a request through an agent. The socket in the answer identifies the connection.
 *
 * @throws when there is no answer.
 */
export async function ask(url: string, agent: Agent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent }, resolve).once("error", reject);
  const response = await promise;
  // Read now: a finished response has given its connection back.
  const { socket, statusCode: status = 0 } = response;
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += String(chunk);
  return { socket, status, body };
}
