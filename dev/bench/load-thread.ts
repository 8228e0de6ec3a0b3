import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { startTraffic } from "../traffic/traffic.ts";
import type { LoadOutcome, LoadStart } from "./load.ts";

if (parentPort === null) throw new Error("this file is run as a thread by dev/bench/load.ts");
const { options, origin } = workerData as LoadStart;
const traffic = startTraffic(options);
await once(parentPort, "message");
await traffic.stop();
const shift = performance.timeOrigin - origin;
const outcome: LoadOutcome = {
  results: traffic.results().map((result) => ({ ...result, start: result.start + shift })),
  rows: await traffic.verifyRows(),
};
parentPort.postMessage(outcome);
