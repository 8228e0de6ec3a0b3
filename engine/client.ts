import Docker from "dockerode";
import { engineAddress } from "./address.ts";
import { EngineSilent, withAnswerTime } from "./answer-time.ts";
import { sshAgent } from "./ssh.ts";
import { SshFailure } from "./ssh/failure.ts";

/**
 * Opens a client for the Docker engine that the platform runs on.
 *
 * @param host `unix://`, `tcp://` or `ssh://` address. Default: `DOCKER_HOST`, else the engine's usual socket, as the
 *   docker command does it. TLS follows `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, ssh the user's own configuration.
 * @returns a client whose questions fail with {@link EngineSilent} after two minutes without an answer.
 */
export function connectEngine(host?: string): Docker {
  const address = engineAddress(host);
  if (address.startsWith("ssh://")) {
    // The client's own way by ssh takes any host key. Its types don't know that it takes an agent.
    const options = { protocol: "http", host: "engine", port: 80, agent: sshAgent(address) } as const;
    return withAnswerTime(new Docker(options));
  }
  const before = process.env["DOCKER_HOST"];
  // The client reads every kind of address from this variable, while it is made; a TCP address that stands there wins
  // even over a socket that it is given.
  process.env["DOCKER_HOST"] = address;
  try {
    return withAnswerTime(new Docker());
  } finally {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  }
}

/** The HTTP status of an engine's refusal, or undefined when the engine didn't answer at all. */
export function engineStatus(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/**
 * Says in words that the engine didn't answer, or that it refused what it was asked; undefined for any other error,
 * which is no matter of the engine.
 */
export function engineFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (engineStatus(error) !== undefined) return `the Docker engine refused a question: ${error.message}`;
  const isOurs = error instanceof SshFailure || error instanceof EngineSilent;
  return isOurs || isOfConnection(error) ? `the Docker engine doesn't answer: ${error.message}` : undefined;
}

/** Resolves to undefined where the engine answers 404; every other failure is thrown. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw error;
  }
}

/** An error of the system has its name as its code; Node's own errors have one that begins with ERR_. */
function isOfConnection(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && /^E(?!RR_)[A-Z]+$/.test(error.code);
}
