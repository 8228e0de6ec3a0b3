import { createHash, randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { z } from "zod";
import { routeScript } from "../contract/gateway.ts";
import { given } from "../contract/script.ts";
import { readTexts } from "../engine/archive.ts";
import { hasEnded } from "../engine/client.ts";
import { mustSucceed, type Exec } from "../engine/exec.ts";
import { readableJson } from "../settings/json.ts";
import type { NotedRoute } from "../workload/found-route.ts";
import { configDirectory } from "./layout.ts";

const taken = "another update moves the route";
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

/** As {@link routeDigest}, of the values that the program tells. */
export function toldDigest(values: Readonly<Record<string, unknown>>): string {
  const told = given(routeScript.variables, values);
  return routeDigest(
    Object.fromEntries(told.map(({ variable, value }) => [variable.name, variable.write(value)])),
  );
}

/** The route could not go back after a failure. */
export class LostWayBack extends Error {
  override name = "LostWayBack";
}

/**
 * The note of a step that moves the route. It belongs to the step that has begun last: the script of a killed update may
 * still run when the next update begins, and must then move nothing any more.
 */
export class RouteNote {
  /** True if a step before this one was killed, and may have left its work half done. */
  readonly wasKilled: boolean;
  /** A shell command that fails unless the note is still this step's. */
  readonly guard: string;
  readonly #exec: Exec;
  readonly #digest: string;
  readonly #id: string;
  readonly #former: string;

  private constructor(exec: Exec, digest: string, former: string) {
    this.#exec = exec;
    this.#digest = digest;
    this.#former = former;
    this.#id = randomUUID();
    this.wasKilled = former !== "" && parse(former).pending;
    this.guard = `grep -qs ${this.#id} ${noteFile} || { echo "${taken}" >&2; exit 1; }`;
  }

  /** Notes that a step has begun. @param digest of what it is told */
  static async begin(exec: Exec, digest: string): Promise<RouteNote> {
    const script = `[ ! -e ${noteFile} ] || { cat ${noteFile}; echo; }`;
    const note = new RouteNote(exec, digest, await mustSucceed(exec, ["sh", "-c", script]));
    await note.#write(note.#text(true));
    return note;
  }

  /** @throws Error if another step has begun meanwhile */
  async mustBeOwn(): Promise<void> {
    await this.#run(this.guard);
  }

  /** Notes that the step is done. @throws Error if another step has begun meanwhile */
  async done(): Promise<void> {
    await this.#write(this.#text(false), this.guard);
  }

  /** Puts the former note back, as the route is as before. */
  async takeBack(): Promise<void> {
    if (this.#former === "") await this.#run(`${this.guard}\nrm -f ${noteFile}`);
    else await this.#write(`${this.#former.trim()}\n`, this.guard);
  }

  #text(pending: boolean): string {
    return `${JSON.stringify({ digest: this.#digest, pending, run: this.#id })}\n`;
  }

  /** Writes in one step, by a name that no other step uses. */
  async #write(text: string, guard = ":"): Promise<void> {
    const next = `${noteFile}.${this.#id}`;
    // By cat, which says why it can't write, as on a full disk. The shell's own printf and echo say nothing.
    const script = `${guard}\ncat > ${next} || { rm -f ${next}; exit 1; }\nmv -T ${next} ${noteFile}`;
    await this.#run(script, text);
  }

  async #run(script: string, input?: string): Promise<void> {
    const { exitCode, stderr } = await this.#exec(["sh", "-ec", script], input);
    if (exitCode === 0) return;
    const why = stderr.trim() || `the shell ended with exit code ${exitCode}`;
    throw new Error(why.includes(taken) ? `${taken} by now` : `the route's note can't be written: ${why}`);
  }
}

/**
 * Begins a note for a step. If the step fails and the route is as before, so is the note.
 *
 * @param digest of what the step is told
 * @param work must note at its end that it is done
 */
export async function whileNoted(
  exec: Exec,
  digest: string,
  work: (note: RouteNote) => Promise<void>,
): Promise<void> {
  const note = await RouteNote.begin(exec, digest);
  try {
    await work(note);
  } catch (error) {
    // A pending note only makes the next update run the step again.
    if (!(error instanceof LostWayBack)) await note.takeBack().catch(() => undefined);
    throw error;
  }
}

/**
 * Notes that the step must run again, although it is told the same, as after a destroy that was killed. A deletion of the
 * route that ends leaves no state to compare with.
 */
export async function notePending(exec: Exec): Promise<void> {
  await RouteNote.begin(exec, "");
}

/**
 * Reads the note through a container that mounts the gateway's configuration and need not run. A damaged one, as after a
 * power cut, counts as that of a killed step.
 *
 * @returns undefined if there is none: an earlier webnet moved the route
 */
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

function parse(text: string): NotedRoute {
  return readableJson(noteSchema, text) ?? { digest: "", pending: true };
}
