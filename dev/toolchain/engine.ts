import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { chosenEngine, localPaths, localStack, stackStateFile } from "./environment.ts";
import { engineAddress } from "../../engine/address.ts";
import { answers } from "./engine-probe.ts";
import { isPrivateEngineRunning, startPrivateEngine, stopPrivateEngine } from "./private-engine.ts";
import { privateHost } from "./private-paths.ts";
import type { Outcome, Progress } from "./step.ts";

const probeSeconds = 3;

/**
 * Provides an engine: the user's own if it answers, else a private one. While the platform is deployed, keeps the
 * engine that it runs on.
 *
 * @throws when the kept engine is the user's and doesn't answer, or when the private engine doesn't start.
 */
export async function bringEngine(progress: Progress): Promise<Outcome> {
  const before = chosenEngine();
  const kept = before !== undefined && isDeployed() ? before : undefined;
  const host = kept ?? (await choose(progress));
  if (host !== privateHost && !(await answers(host, probeSeconds))) {
    throw new Error(
      `the platform was made on the engine at ${host}, which doesn't answer now: start it, ` +
        `or give the platform up with "npm run purge" and run again`,
    );
  }
  const started = host === privateHost && (await startPrivateEngine(progress));
  if (host !== privateHost && isPrivateEngineRunning()) await stopPrivateEngine();
  mkdirSync(localPaths.engine, { recursive: true });
  writeFileSync(localPaths.engineHost, `${host}\n`);
  const other =
    kept !== undefined && process.env["DOCKER_HOST"] !== undefined && process.env["DOCKER_HOST"] !== host;
  const note = other ? `, which the platform was made on (DOCKER_HOST names another)` : "";
  if (started) return { done: `private one started${note}` };
  return host === before && note === ""
    ? { skipped: `answers at ${host}` }
    : { done: `using ${host}${note}` };
}

/** True if the state of the embedded default's stack has any Docker resource. */
export function isDeployed(stateFolder: string = localPaths.state): boolean {
  const file = stackStateFile(localStack, stateFolder);
  if (!existsSync(file)) return false;
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint?: { latest?: { resources?: { type: string }[] } };
  };
  const resources = state.checkpoint?.latest?.resources ?? [];
  return resources.some(({ type }) => type.startsWith("docker:"));
}

async function choose(progress: Progress): Promise<string> {
  const named = process.env["DOCKER_HOST"] ?? "";
  const wanted = engineAddress(named);
  progress(`asking ${wanted}`);
  if (await answers(wanted, probeSeconds)) return wanted;
  if (named !== "") progress(`DOCKER_HOST=${named} doesn't answer: bringing up a private engine`);
  return privateHost;
}
