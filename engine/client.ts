import Docker from "dockerode";
import { engineAddress } from "./address.ts";
import { EngineSilent, withAnswerTime } from "./answer-time.ts";
import { isOfConnection, saidOf } from "./connection-failure.ts";
import { sshAgent } from "./ssh.ts";
import { SshFailure } from "./ssh/failure.ts";

/**
 * Opens a client for the Docker engine that the platform runs on.
 *
 * @param host `unix://`, `tcp://` or `ssh://` address. Default: `DOCKER_HOST`, else the engine's usual socket, as for
 *   the docker command. TLS follows `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, ssh the user's own configuration.
 * @returns a client whose requests, except long work, fail with {@link EngineSilent} after two minutes without answer.
 */
export function connectEngine(host?: string): Docker {
  const address = engineAddress(host);
  if (address.startsWith("ssh://")) {
    // dockerode's own ssh transport accepts any host key. Its types don't know the option `agent`, hence the variable.
    const options = { protocol: "http", host: "engine", port: 80, agent: sshAgent(address) } as const;
    return withAnswerTime(new Docker(options));
  }
  const before = process.env["DOCKER_HOST"];
  // dockerode reads this variable in its constructor, for every kind of address. A TCP address there wins even over a
  // socket in the options.
  process.env["DOCKER_HOST"] = address;
  try {
    return withAnswerTime(new Docker());
  } finally {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  }
}

/** The HTTP status with which the engine refused a request; undefined if the engine did not answer. */
export function engineStatus(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/**
 * Says in words that the engine did not answer, or that it refused a request; undefined for an error that does not come
 * from the engine.
 */
export function engineFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (engineStatus(error) !== undefined) return `the Docker engine refused a question: ${error.message}`;
  const isOurs = error instanceof SshFailure || error instanceof EngineSilent;
  return isOurs || isOfConnection(error) ? `the Docker engine doesn't answer: ${saidOf(error)}` : undefined;
}

/** True if an error says that the engine did not answer: not that it refused, and nothing else. */
export function isAway(error: unknown): boolean {
  return engineStatus(error) === undefined && engineFailure(error) !== undefined;
}

/** True if the engine refused a command in a container because that does not run, or was removed meanwhile. */
export function hasEnded(error: unknown): boolean {
  const status = engineStatus(error);
  return status === 409 || status === 404;
}

/** Resolves to undefined if the engine answers 404; throws every other failure. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw error;
  }
}
