import { z } from "zod";
import { readableJson } from "../settings/json.ts";
import type { PulumiStack } from "./cli.ts";

export const containerType = "docker:index/container:Container";
export const networkType = "docker:index/network:Network";
const commandType = "command:local:Command";
const routeName = "::gateway-route";
const activeVariable = "WEBNET_ACTIVE_RELEASE";
/** No step is told it by the program, so that one which has it is run again. */
const againVariable = "WEBNET_AGAIN";
/** Stands before the releases that the gateway was found to route to: no config names such a one. */
const foundMark = "found by recover: ";

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

const deploymentSchema = z.looseObject({
  resources: z
    .array(resourceSchema)
    .nullish()
    .transform((resources) => resources ?? []),
  pending_operations: z.array(z.looseObject({ resource: resourceSchema, type: z.string() })).nullish(),
});

const exportSchema = z.looseObject({ version: z.number(), deployment: deploymentSchema.nullish() });

/** A resource as the state has it. */
export type StateResource = z.infer<typeof resourceSchema>;

/** What `pulumi stack export` writes, secrets encrypted. */
export type State = z.infer<typeof exportSchema>;

/** The state of a stack, or what is wrong with it. */
export type StateFinding =
  { kind: "known"; state: State } | { kind: "missing" } | { kind: "unreadable"; reason: string };

/** Reads the state. */
export async function readState(target: PulumiStack): Promise<StateFinding> {
  const { exitCode, stdout, stderr } = await target.pulumi(["stack", "export"]);
  if (exitCode === 0) {
    const state = parseState(stdout);
    return state === undefined
      ? { kind: "unreadable", reason: "it isn't what Pulumi writes" }
      : { kind: "known", state };
  }
  if (/no stack named/.test(stderr)) return { kind: "missing" };
  if (/checkpoint|JSON|snapshot|deserializ/i.test(stderr)) {
    return { kind: "unreadable", reason: lastLine(stderr) };
  }
  throw new Error(`the state can't be read: ${stderr.trim()}`);
}

/** Takes the text of an exported state, or undefined where it is none. */
export function parseState(text: string): State | undefined {
  return readableJson(exportSchema, text);
}

/** Puts a state in the place of the one that is there. */
export async function writeState(target: PulumiStack, state: State): Promise<void> {
  const { exitCode, stderr } = await target.pulumi(["stack", "import"], { input: JSON.stringify(state) });
  if (exitCode !== 0) throw new Error(`the state could not be written: ${stderr.trim()}`);
}

/** Lets Pulumi read anew what it knows, or only some of it. What is gone is then no longer in the state. */
export async function refreshState(
  target: PulumiStack,
  { urns = [], environment = {} }: { urns?: readonly string[]; environment?: Record<string, string> },
): Promise<void> {
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const args = ["refresh", "--yes", "--skip-preview", ...targets];
  const { exitCode, stdout, stderr } = await target.pulumi(args, { environment });
  if (exitCode !== 0) throw new Error(`pulumi refresh failed:\n${stdout}${stderr}`);
}

/** A resource's logical name. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** All resources of a state. */
export function resourcesOf(state: State): readonly StateResource[] {
  return state.deployment?.resources ?? [];
}

/** The operations of which nobody knows whether they were done. */
export function pendingOperations(state: State): readonly { urn: string; type: string }[] {
  return (state.deployment?.pending_operations ?? []).map(({ type, resource }) => ({
    type,
    urn: resource.urn,
  }));
}

/** Ids of all objects of a type that the state knows. */
export function idsOf(state: State, type: string): Set<string> {
  return new Set(
    resourcesOf(state)
      .filter((resource) => resource.type === type)
      .flatMap(({ id }) => (id === undefined ? [] : [id])),
  );
}

/** The releases that the state says clients are sent to, a canary's last; undefined where it knows of no route. */
export function recordedRoute(state: State): string | undefined {
  const route = resourcesOf(state).find(({ urn }) => urn.endsWith(routeName));
  const environment = environmentOf(route?.inputs);
  const active = environment?.[activeVariable];
  if (active === undefined || active.startsWith(foundMark)) return active?.slice(foundMark.length);
  const standby = environment?.["WEBNET_STANDBY_RELEASE"];
  const hasCanary = standby !== undefined && canaryPercent(environment?.["WEBNET_ROUTE"]) > 0;
  return [active, ...(hasCanary ? [standby] : [])].join(" and ");
}

function canaryPercent(route: string | undefined): number {
  return readableJson(z.object({ canaryPercent: z.number() }), route ?? "")?.canaryPercent ?? 0;
}

/** What is noted in a state beside what was interrupted. */
export interface Noted {
  /** The releases that the gateway was found to route to. Default: those that the state says. */
  route?: string | undefined;
  /** Whether the route's step is to run again, as where another gateway than the config's serves. Default: false. */
  routeAgain?: boolean;
}

/**
 * The state without pending operations and, where `route` is given, with the route as it was found. It is written down
 * in such a way that the next update runs the route's step whatever the config says: that step also waits until nobody
 * uses a superseded release any more. The same goes for every step of which nobody knows how far it came: with the
 * config taken back it would count as done, and a file that it wrote, or an account that it locked, would stay.
 */
export function mended(state: State, { route, routeAgain = false }: Noted = {}): State {
  const { deployment } = state;
  if (deployment === undefined || deployment === null) return state;
  const interrupted = new Set(pendingOperations(state).map(({ urn }) => urn));
  const resources = deployment.resources.map((resource) => {
    const isRoute = resource.urn.endsWith(routeName);
    const isInterrupted = resource.type === commandType && interrupted.has(resource.urn);
    const found = {
      ...((isInterrupted || (isRoute && routeAgain)) && { [againVariable]: "true" }),
      ...(isRoute && route !== undefined && { [activeVariable]: `${foundMark}${route}` }),
    };
    if (Object.keys(found).length === 0) return resource;
    const { inputs, outputs } = resource;
    return { ...resource, inputs: withVariables(inputs, found), outputs: withVariables(outputs, found) };
  });
  const rest = Object.entries(deployment).filter(([key]) => key !== "pending_operations");
  return { ...state, deployment: { ...Object.fromEntries(rest), resources } };
}

function withVariables(
  properties: Record<string, unknown> | undefined,
  variables: Record<string, string>,
): Record<string, unknown> {
  return { ...properties, environment: { ...environmentOf(properties), ...variables } };
}

function environmentOf(properties: Record<string, unknown> | undefined): Record<string, string> | undefined {
  return properties?.["environment"] as Record<string, string> | undefined;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
