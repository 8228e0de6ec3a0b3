import { z } from "zod";
import { readableJson } from "../settings/json.ts";
import type { PulumiStack } from "./cli.ts";

export const containerType = "docker:index/container:Container";
export const networkType = "docker:index/network:Network";
export const volumeType = "docker:index/volume:Volume";
export const imageType = "docker:index/remoteImage:RemoteImage";
export const commandType = "command:local:Command";

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

/** A resource in the state. */
export type StateResource = z.infer<typeof resourceSchema>;

/** What `pulumi stack export` writes, with the secrets encrypted. */
export type State = z.infer<typeof exportSchema>;

/** The state of a stack, or why there is none to read. */
export type StateFinding =
  { kind: "known"; state: State } | { kind: "missing" } | { kind: "unreadable"; reason: string };

/**
 * Reads the state.
 *
 * @throws Error if Pulumi can't export it for another reason than the state itself, such as an unreachable backend
 */
export async function readState(target: PulumiStack): Promise<StateFinding> {
  const { exitCode, stdout, stderr } = await target.pulumi(["stack", "export"]);
  if (exitCode === 0) {
    const state = parseState(stdout);
    return state === undefined
      ? { kind: "unreadable", reason: "it isn't what Pulumi writes" }
      : { kind: "known", state };
  }
  if (/no stack named/.test(stderr)) return { kind: "missing" };
  if (/checkpoint|JSON|snapshot|deserializ/i.test(stderr) && !notItsFault.test(stderr)) {
    return { kind: "unreadable", reason: lastLine(stderr) };
  }
  throw new Error(
    `the state can't be read: ${stderr.trim() || `pulumi ended with exit code ${exitCode}, or by a signal`}`,
  );
}

/** Reads the text of an exported state; undefined if it is not one. */
export function parseState(text: string): State | undefined {
  return readableJson(exportSchema, text);
}

/** Replaces the state. */
export async function writeState(target: PulumiStack, state: State): Promise<void> {
  const { exitCode, stderr } = await target.pulumi(["stack", "import"], { input: JSON.stringify(state) });
  if (exitCode !== 0) throw new Error(`the state could not be written: ${stderr.trim()}`);
}

/** Runs `pulumi refresh` for all resources, or only for some. A resource that is gone then leaves the state. */
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

/** The operations that an update began without recording their end. */
export function pendingOperations(state: State): readonly { urn: string; type: string }[] {
  return (state.deployment?.pending_operations ?? []).map(({ type, resource }) => ({
    type,
    urn: resource.urn,
  }));
}

/** The ids of all resources of a type in the state. */
export function idsOf(state: State, type: string): Set<string> {
  return new Set(
    resourcesOf(state)
      .filter((resource) => resource.type === type)
      .flatMap(({ id }) => (id === undefined ? [] : [id])),
  );
}

/** The environment of a command's last run, from the resource's inputs or outputs. */
export function environmentOf(
  properties: Record<string, unknown> | undefined,
): Record<string, string> | undefined {
  return properties?.["environment"] as Record<string, string> | undefined;
}

/** A state that somebody may not read, or that can't be read just now, is not damaged. */
const notItsFault =
  /permission denied|access ?denied|forbidden|unauthori[sz]ed|input\/output error|stale (?:nfs )?file handle|too many open files|no space left|read-only file system|connection|timeout|timed out|cannot allocate memory/i;

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
