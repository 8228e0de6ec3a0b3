import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";

/**
 * Names the file for the time of the program's first HTTP request. That request is the platform's first question to the
 * Docker engine. `NODE_OPTIONS` loads this module before the program.
 */
export const noteVariable = "WEBNET_BENCH_FIRST_QUESTION";

const channel = "http.client.request.start";
const note = process.env[noteVariable];

function onRequest(): void {
  unsubscribe(channel, onRequest);
  if (note !== undefined) writeFileSync(note, String(performance.timeOrigin + performance.now()));
}

subscribe(channel, onRequest);
