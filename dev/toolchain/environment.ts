import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ownFolder } from "../../host/project.ts";

/** The name of the embedded default's stack. */
export const localStack = "local";

const made = ownFolder;

/** The state file of a stack. Default folder: the backend of the embedded default. */
export function stackStateFile(stack: string, folder: string = localPaths.state): string {
  return join(folder, ".pulumi", "stacks", "webnet", `${stack}.json`);
}

/**
 * True for the stack of the embedded default, and for a stack that `npm run pulumi -- stack init` created next to it.
 * If the operator sets `PULUMI_BACKEND_URL`, other stacks belong to that backend.
 */
export function isEmbedded(stack: string): boolean {
  if (stack === localStack) return true;
  return process.env["PULUMI_BACKEND_URL"] === undefined && existsSync(stackStateFile(stack));
}

/** The files of set-up. All are under `.webnet/`: removing that folder undoes set-up. */
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
  ports: join(made, "ports"),
  engine: join(made, "engine"),
  engineHost: join(made, "engine", "host"),
} as const;

/** The address of the engine that set-up chose for the embedded default. Undefined before the first set-up. */
export function chosenEngine(): string | undefined {
  return existsSync(localPaths.engineHost) ? readFileSync(localPaths.engineHost, "utf8").trim() : undefined;
}

/**
 * Variables for the embedded default's Pulumi, on top of the process's own. They point to the project's own CLI,
 * plugins, state and passphrase: Pulumi neither uses nor changes the user's set-up.
 */
export function localEnvironment(): Record<string, string> {
  ensurePassphrase();
  mkdirSync(localPaths.state, { recursive: true });
  const host = chosenEngine();
  return {
    PATH: [dirname(process.execPath), localPaths.bin, process.env["PATH"] ?? ""].join(":"),
    PULUMI_HOME: localPaths.pulumiHome,
    // No metadata file next to each state file: if a kill cuts that file off, Pulumi can't read the stack at all.
    PULUMI_BACKEND_URL: `file://${localPaths.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: localPaths.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Without the cache, Node spends a fifth of a preview on compiling the same modules again.
    NODE_COMPILE_CACHE: localPaths.compileCache,
    // Plugins come from set-up. A missing one must fail at once instead of waiting for a download.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(host !== undefined && { DOCKER_HOST: host }),
  };
}

const notInherited = new Set([
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_STACK",
  "DOCKER_CONTEXT",
  "DOCKER_CA_MATERIAL",
  "DOCKER_CERT_MATERIAL",
  "DOCKER_KEY_MATERIAL",
]);

/**
 * True for a variable of the user's environment that would override ours: passphrase, access token, stack, and what
 * Pulumi's Docker provider goes by whatever the engine's address is. Only an engine at `tcp://` may need certificates.
 */
function overridesOurs(name: string): boolean {
  if (name !== "DOCKER_CERT_PATH") return notInherited.has(name);
  const { DOCKER_HOST: users, WEBNET_TEST_ENGINE: tests } = process.env;
  return ![chosenEngine() ?? users, tests].some((host) => host?.startsWith("tcp://") === true);
}

/** The whole environment for a child process of the embedded default, without what would override ours. */
export function childEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !overridesOurs(entry[0]),
  );
  return { ...Object.fromEntries(inherited), ...localEnvironment() };
}

/** Takes away from this process what would override ours: Pulumi's Automation API has its children inherit the rest. */
export function dropOverriding(): void {
  for (const name of Object.keys(process.env).filter(overridesOurs))
    Reflect.deleteProperty(process.env, name);
}

function ensurePassphrase(): void {
  mkdirSync(made, { recursive: true });
  try {
    writeFileSync(localPaths.passphrase, randomBytes(24).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
