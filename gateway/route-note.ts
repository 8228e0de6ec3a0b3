import { createHash } from "node:crypto";
import type Docker from "dockerode";
import { z } from "zod";
import { routeScript } from "../contract/gateway.ts";
import { readTexts } from "../engine/archive.ts";
import { hasEnded } from "../engine/client.ts";
import { mustSucceed, type Exec } from "../engine/exec.ts";
import { readableJson } from "../settings/json.ts";
import type { NotedRoute } from "../workload/found-route.ts";
import { configDirectory } from "./layout.ts";

const noteFile = `${configDirectory}/route.json`;
/** The engine answers within hundredths of a second. */
const readSeconds = 20;

const noteSchema: z.ZodType<NotedRoute> = z.object({ digest: z.string(), pending: z.boolean() });

/** Digest of what a step is told, from its environment: as the state has it, as the program wants it, or as it runs. */
export function routeDigest(environment: Readonly<Record<string, string | undefined>>): string {
  const { gateway, activeRelease, standbyRelease, route } = routeScript.variables;
  const told = [gateway, activeRelease, standbyRelease, route].map(({ name }) => environment[name] ?? "");
  return createHash("sha256").update(JSON.stringify(told)).digest("hex").slice(0, 16);
}

/** The route could not go back after a failure. */
export class LostWayBack extends Error {
  override name = "LostWayBack";
}

/**
 * Notes in the gateway's volume that the step is on its way, and at its end that it is done. If it fails and the route is
 * as before, so is the note.
 *
 * @param digest of what the step is told
 * @param work gets whether a step before this one was killed, and may have left its work half done
 */
export async function whileNoted(
  exec: Exec,
  digest: string,
  work: (wasKilled: boolean) => Promise<void>,
): Promise<void> {
  const former = await notedRoute(exec);
  await noteRoute(exec, { digest, pending: true });
  try {
    await work(former?.pending === true);
  } catch (error) {
    // A pending note only makes the next update run the step again.
    if (!(error instanceof LostWayBack)) await noteRoute(exec, former).catch(() => undefined);
    throw error;
  }
  await noteRoute(exec, { digest, pending: false });
}

/**
 * Reads the note in the gateway's container. A damaged one, as after a power cut, counts as that of a killed step.
 *
 * @returns undefined if there is none: an earlier webnet moved the route
 */
async function notedRoute(exec: Exec): Promise<NotedRoute | undefined> {
  const text = await mustSucceed(exec, ["sh", "-c", `[ ! -e ${noteFile} ] || { cat ${noteFile}; echo; }`]);
  return text === "" ? undefined : parse(text);
}

/** As {@link notedRoute}, through a container that mounts the gateway's configuration and need not run. */
export async function readRouteNote(container: Docker.Container): Promise<NotedRoute | undefined> {
  try {
    const [file] = await readTexts(container, noteFile, { totalSeconds: readSeconds });
    return file && parse(file.content);
  } catch (error) {
    // The container may be removed at this moment, and the volume of an earlier webnet has no note.
    if (hasEnded(error)) return undefined;
    throw error;
  }
}

/** Writes the note in one step; undefined removes it. */
async function noteRoute(exec: Exec, note: NotedRoute | undefined): Promise<void> {
  // By cat, which says why it can't write, as on a full disk. The shell's own printf and echo say nothing.
  const write = `cat > ${noteFile}.next\nmv -T ${noteFile}.next ${noteFile}`;
  const [script, input] = note === undefined ? [`rm -f ${noteFile}`] : [write, `${JSON.stringify(note)}\n`];
  await mustSucceed((argv) => exec(argv, input), ["sh", "-ec", script]);
}

function parse(text: string): NotedRoute {
  return readableJson(noteSchema, text) ?? { digest: "", pending: true };
}
