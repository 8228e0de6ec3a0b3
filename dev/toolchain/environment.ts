import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ownFolder } from "../../host/project.ts";

/** The name of the embedded default's stack. */
export const localStack = "local";

const made = ownFolder;

/** The state of a stack in the embedded default's backend, or in another folder that is one. */
export function stackStateFile(stack: string, folder: string = localPaths.state): string {
  return join(folder, ".pulumi", "stacks", "webnet", `${stack}.json`);
}

/**
 * Whether a stack is of the embedded default: its own, or one that `npm run pulumi -- stack init` has made beside it. Who
 * names a backend of one's own means that.
 */
export function isEmbedded(stack: string): boolean {
  if (stack === localStack) return true;
  return process.env["PULUMI_BACKEND_URL"] === undefined && existsSync(stackStateFile(stack));
}

/** Where set-up keeps what it makes: all of it under `.webnet/`, so that removing that folder undoes it. */
export const localPaths = {
  made,
  bin: join(made, "bin"),
  go: join(made, "go"),
  logs: join(made, "logs"),
  stamps: join(made, "stamps"),
  pulumiHome: join(made, "pulumi-home"),
  compileCache: join(made, "compile-cache"),
  state: join(made, "state"),
  passphrase: join(made, "passphrase"),
  engine: join(made, "engine"),
  engineHost: join(made, "engine", "host"),
} as const;

/** The engine that set-up chose for the embedded default, or undefined before the first set-up. */
export function chosenEngine(): string | undefined {
  return existsSync(localPaths.engineHost) ? readFileSync(localPaths.engineHost, "utf8").trim() : undefined;
}

/**
 * The variables under which the embedded default's Pulumi runs, to be laid over the process's own. They point to the
 * project's own CLI, plugins, state and passphrase, so that nothing of the user's Pulumi set-up is used or changed.
 */
export function localEnvironment(): Record<string, string> {
  ensurePassphrase();
  mkdirSync(localPaths.state, { recursive: true });
  const host = chosenEngine();
  return {
    PATH: [dirname(process.execPath), localPaths.bin, process.env["PATH"] ?? ""].join(":"),
    PULUMI_HOME: localPaths.pulumiHome,
    // Without a file beside each file, which a kill can cut off: Pulumi then reads nothing of the stack.
    PULUMI_BACKEND_URL: `file://${localPaths.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: localPaths.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // A fifth of a preview's time is Node compiling the same modules again.
    NODE_COMPILE_CACHE: localPaths.compileCache,
    // Plugins come from set-up; a missing one is to be an error at once and not a wait for a download.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(host !== undefined && { DOCKER_HOST: host }),
  };
}

const notInherited = new Set([
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_STACK",
  "DOCKER_CONTEXT",
]);

/**
 * The whole environment for a child process of the embedded default. A passphrase, backend, stack or Docker context in the user's
 * own environment would win over ours, so those are left out.
 */
export function childEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !notInherited.has(entry[0]),
  );
  return { ...Object.fromEntries(inherited), ...localEnvironment() };
}

function ensurePassphrase(): void {
  mkdirSync(made, { recursive: true });
  try {
    writeFileSync(localPaths.passphrase, randomBytes(24).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
