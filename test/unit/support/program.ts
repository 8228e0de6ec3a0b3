import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { changed, type Config } from "../settings/support.ts";
import { imageId, withEngine, type EngineState } from "./engine.ts";
import { messageOf } from "../../../host/message.ts";
import { withTemporaryFolder } from "../../../host/temporary-folder.ts";
import { stackFileVariable } from "../../../pulumi/told-folder.ts";

/** A resource as the program registers it. */
export interface Registered {
  type: string;
  name: string;
  /** Logical name of the parent; empty at the top. */
  parent: string;
  inputs: Record<string, unknown>;
  /** The inputs that hold a secret, at any depth. */
  secretInputs: string[];
  /** Logical names of what it waits for. */
  dependencies: string[];
  provider: string;
  options: {
    protect: boolean;
    retainOnDelete: boolean;
    replaceOnChanges: string[];
    ignoreChanges: string[];
    /** Undefined: the program leaves it to the provider. */
    deleteBeforeReplace: boolean | undefined;
    /** Names of the hooks that run before it is made. */
    beforeCreate: string[];
  };
}

/** What the program made of a configuration. */
export interface Deployment {
  resources: Registered[];
  /** The program's exports. */
  outputs: Record<string, unknown>;
  named: (name: string) => Registered;
  ofType: (type: string) => Registered[];
}

/** How a run differs from the smallest configuration on an empty engine. */
export interface Run {
  changes?: Config;
  secret?: string[];
  engine?: EngineState;
  /** `webnet:backend` as the stack's file has it, where it holds something encrypted. */
  backendInFile?: Config;
  /** The stack config names the engine, not the environment. */
  namesEngine?: boolean;
}

/** The start of every generated password: by it tests find a leaked one. */
export const secretMark = "Secret0Mark";

/** Both colours, with different tags. */
export const bothColors = { "colors.green.backendTag": "sha-2", "colors.green.frontendTag": "sha-2" };

// A request to the runtime's monitor: the SDK exports no types of it.
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getDependenciesList(): string[];
  getProvider(): string;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getHooks(): { getBeforeCreateList(): string[] } | undefined;
}
interface Monitor {
  registerResource(request: Request, callback: unknown): Promise<void>;
}

let runs = 0;
const made = new Map<string, Promise<Deployment>>();

/** As {@link runAnew}, once for each configuration. */
export function run(how: Run = {}): Promise<Deployment> {
  const key = JSON.stringify(how);
  const deployment = made.get(key) ?? runAnew(how);
  made.set(key, deployment);
  return deployment;
}

/** Runs the program itself, `index.ts`, with mocks of Pulumi's engine and Docker's. */
export async function runAnew(how: Run = {}): Promise<Deployment> {
  const resources: Registered[] = [];
  const { changes = {}, secret = [], engine = {}, backendInFile, namesEngine = false } = how;
  await pulumi.runtime.setMocks(mocks, "webnet", "prod", false);
  record(resources);
  try {
    const outputs = await withStackFile(backendInFile, engine, async (host) => {
      const config = changed({ ...changes, ...(namesEngine && { "engine.host": host }) });
      pulumi.runtime.setAllConfig(
        texts(config),
        secret.map((key) => `webnet:${key}`),
      );
      // A module runs once. Another query makes it another module.
      const url = new URL(`../../../index.ts?run=${(runs += 1)}`, import.meta.url).href;
      return (await import(url)) as Record<string, unknown>;
    });
    await pulumi.runtime.disconnect();
    return deployment(resources, outputs);
  } catch (error) {
    throw new ProgramEnded(error, resources.length);
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

/** As {@link withEngine}, with the stack's file that the program reads beside its config. */
async function withStackFile<T>(
  backend: Config | undefined,
  engine: EngineState,
  work: (host: string) => Promise<T>,
): Promise<T> {
  if (backend === undefined) return await withEngine(engine, work);
  return await withTemporaryFolder("stack-file", async (folder) => {
    const file = join(folder, "Pulumi.prod.yaml");
    writeFileSync(file, JSON.stringify({ config: { "webnet:backend": backend } }));
    process.env[stackFileVariable] = file;
    try {
      return await withEngine(engine, work);
    } finally {
      Reflect.deleteProperty(process.env, stackFileVariable);
    }
  });
}

/** The program ended with an error. */
export class ProgramEnded extends Error {
  /** How many resources it had registered by then. */
  readonly registered: number;

  constructor(cause: unknown, registered: number) {
    super(messageOf(cause), { cause });
    this.registered = registered;
  }
}

function deployment(resources: Registered[], outputs: Record<string, unknown>): Deployment {
  return {
    resources,
    outputs,
    named: (name) => {
      const found = resources.filter((resource) => resource.name === name && !isComponent(resource));
      if (found[0] === undefined || found.length > 1)
        throw new Error(`${found.length} resources are named ${name}`);
      return found[0];
    },
    ofType: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** A component has neither inputs nor anything on the engine. */
export function isComponent({ type }: Registered): boolean {
  return type.startsWith("webnet:");
}

const mocks: pulumi.runtime.Mocks = {
  newResource({ type, name, inputs, id }) {
    const state = inputs as Record<string, unknown>;
    if (type === "random:index/randomPassword:RandomPassword")
      return { id: name, state: { ...state, result: pulumi.secret(secretMark + name.replaceAll("-", "")) } };
    if (type === "docker:index/remoteImage:RemoteImage")
      return { id: name, state: { ...state, imageId: imageId(String(state["name"])) } };
    if (id) return { id, state: { ...state, name: `name-of-${id}` } };
    return { id: `id-of-${name}`, state };
  },
  call: ({ token }) => {
    // An empty state: no Pulumi engine is behind the program.
    if (token.startsWith("pulumi:pulumi:readStack")) return { outputs: {} };
    throw new Error(`the program calls ${token}`);
  },
};

function record(resources: Registered[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    resources.push(registered(request));
    await register(request, callback);
  };
}

function registered(request: Request): Registered {
  const wire = request.getObject()?.toJavaScript() ?? {};
  return {
    type: request.getType(),
    name: request.getName(),
    parent: nameOf(request.getParent()),
    inputs: open(wire) as Record<string, unknown>,
    secretInputs: Object.keys(wire).filter((key) => JSON.stringify(wire[key]).includes(secretSignature)),
    dependencies: request.getDependenciesList().map(nameOf).sort(),
    provider: nameOf(request.getProvider().replace(/::[^:]*$/, "")),
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      replaceOnChanges: request.getReplaceonchangesList(),
      ignoreChanges: request.getIgnorechangesList(),
      deleteBeforeReplace: request.getDeletebeforereplacedefined()
        ? request.getDeletebeforereplace()
        : undefined,
      beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
    },
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

// How Pulumi's protocol marks a secret.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value && "value" in value) return open(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, open(item)]));
}

function texts(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `webnet:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
