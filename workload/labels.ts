import { edgeRole, gatewayFacts, releaseFacts } from "../settings/services.ts";

/** The label with the stack that something belongs to. */
export const stackLabel = "webnet.stack";
const roleLabel = "webnet.role";
/** The label with the id of the release that a container belongs to. */
export const releaseLabel = "webnet.release";
/** The label with the colour of that release. */
export const colorLabel = "webnet.color";
/** The label with the volume of a container's data: the provider does not notice that a mount has another volume. */
export const dataVolumeLabel = "webnet.data-volume";
/** The label of a volume with data. */
export const dataLabel = "webnet.data";

/** What a container is for, if it is no service that runs once. A copy works for a moment, as a trial does. */
export const roles = {
  release: releaseFacts.role,
  gateway: gatewayFacts.role,
  edge: edgeRole,
  copy: "copy",
} as const;

/** What the engine lists with labels. A network or a volume may have none. */
export interface Labelled {
  Labels?: Readonly<Record<string, string>> | null | undefined;
}

/** The labels of everything that we make. They tell it from what isn't ours. */
export function platformLabels({ stack }: { stack: string }, role: string): Record<string, string> {
  return { [stackLabel]: stack, [roleLabel]: role };
}

/** The labels of what works for a moment, by which a leftover of a killed run can be recognised. */
export function copyLabels({ stack }: { stack: string }): Record<string, string> {
  return platformLabels({ stack }, roles.copy);
}

/** The engine's filter for what a stack has, in a role, with further labels. Default: in every role */
export function ofStack(stack: string, role?: string, further: Record<string, string> = {}): string[] {
  return filters({ [stackLabel]: stack, ...(role !== undefined && { [roleLabel]: role }), ...further });
}

/** The engine's filter for what every stack has in a role. */
export function ofEveryStack(role: string): string[] {
  return filters({ [roleLabel]: role });
}

function filters(labels: Record<string, string>): string[] {
  return Object.entries(labels).map(([label, value]) => `${label}=${value}`);
}

/** The stack that something belongs to; undefined if webnet didn't make it. */
export function stackOf({ Labels }: Labelled): string | undefined {
  return Labels?.[stackLabel];
}

/** What it is for; empty if webnet didn't make it. */
export function roleOf({ Labels }: Labelled): string {
  return Labels?.[roleLabel] ?? "";
}

/** The id of the release that it belongs to; empty if it is of none. */
export function releaseOf({ Labels }: Labelled): string {
  return Labels?.[releaseLabel] ?? "";
}
