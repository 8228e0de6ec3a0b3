import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";

/**
 * Loaded before a program by `NODE_OPTIONS`: notes when it sends its first HTTP request, which is the platform's first
 * question to the Docker engine, in the file that this variable names.
 */
export const noteVariable = "WEBNET_BENCH_FIRST_QUESTION";

const channel = "http.client.request.start";
const note = process.env[noteVariable];

function onRequest(): void {
  unsubscribe(channel, onRequest);
  if (note !== undefined) writeFileSync(note, String(performance.timeOrigin + performance.now()));
}

subscribe(channel, onRequest);
