import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { z } from "zod";
import type { Target } from "../target.ts";
import { filesIn, sidecarEnding, stateFolder } from "../../pulumi/backend.ts";
import type { Narrator } from "./narrator.ts";
import { parseState, readState, resourcesOf, writeState, type State } from "../../pulumi/state.ts";

const checkpointSchema = z.looseObject({
  version: z.number(),
  checkpoint: z.looseObject({ latest: z.unknown() }),
});

/** An older state that Pulumi kept. */
export interface Kept {
  file: string;
  time: Date;
  state: State;
}

/**
 * Returns a readable state: the current one, else the newest good one that Pulumi kept, else an empty one. It keeps an
 * unreadable state file under another name.
 *
 * @throws Error if the state can't be read and the backend is no folder of this host.
 */
export async function readableState(
  target: Target,
  { report, act }: Narrator,
): Promise<{ state: State; restored: boolean }> {
  const finding = await readState(target);
  if (finding.kind === "known" && resourcesOf(finding.state).length > 0) {
    return { state: finding.state, restored: false };
  }
  const folder = await stateFolder(target);
  const kept = folder === undefined ? [] : keptStates(folder, target);
  if (finding.kind === "known") {
    // After a destroy an empty state is correct: Pulumi's last checkpoint is then empty as well.
    if (lastUpdateLeftNothing(kept)) return { state: finding.state, restored: false };
    report("The state is empty.");
  } else if (finding.kind === "missing") {
    report("The backend has no such stack.");
    await act("make it", () => must(target, ["stack", "init", "--no-select"]));
  } else {
    report(`The state can't be read: ${finding.reason}.`);
    if (folder === undefined) {
      throw new Error(
        `the backend is no folder of this host, so its older versions aren't seen from here. Restore one there, for ` +
          "example by the bucket's versions, then run this again. The state was not touched",
      );
    }
    await act("set the file aside and begin with an empty state", () => setAside(target, folder));
  }
  const best = kept.find(({ state }) => resourcesOf(state).length > 0);
  if (best === undefined) {
    report("Pulumi has kept no older one that could be used.");
    return { state: await stateAfter(target), restored: true };
  }
  report(`The newest good one is of ${best.time.toISOString()}: ${best.file}`);
  await act("put it back", () => writeState(target, best.state));
  return { state: best.state, restored: true };
}

/** Returns every readable state of the stack that Pulumi kept, newest first. */
export function keptStates(folder: string, { project, stack }: Pick<Target, "project" | "stack">): Kept[] {
  const stacks = join(folder, "stacks", project);
  const files = [
    ...[`${stack}.json.bak`, `${stack}.json.gz.bak`].map((name) => join(stacks, name)),
    ...filesIn(join(folder, "history", project, stack)).filter((file) =>
      /\.checkpoint\.json(\.gz)?$/.test(file),
    ),
    ...filesIn(join(folder, "backups", project, stack)).filter((file) => /\.json(\.gz)?$/.test(file)),
  ];
  return files
    .flatMap((file) => {
      const state = readCheckpoint(file);
      return state === undefined ? [] : [{ file, time: statSync(file).mtime, state }];
    })
    .sort((left, right) => right.time.getTime() - left.time.getTime());
}

/** Returns the current state, or an empty one: in a dry run the state may still be unreadable. */
async function stateAfter(target: Target): Promise<State> {
  const finding = await readState(target);
  return finding.kind === "known" ? finding.state : { version: 3 };
}

function lastUpdateLeftNothing(kept: readonly Kept[]): boolean {
  const [newest] = kept.filter(({ file }) => file.includes(".checkpoint.json"));
  return newest === undefined || resourcesOf(newest.state).length === 0;
}

function readCheckpoint(file: string): State | undefined {
  try {
    const raw = readFileSync(file);
    const text = (/\.gz(\.bak)?$/.test(file) ? gunzipSync(raw) : raw).toString();
    const { version, checkpoint } = checkpointSchema.parse(JSON.parse(text));
    return parseState(JSON.stringify({ version, deployment: checkpoint.latest }));
  } catch {
    // A kept state may be damaged as well.
    return undefined;
  }
}

async function setAside(target: Target, folder: string): Promise<void> {
  const directory = join(folder, "stacks", target.project);
  for (const name of [`${target.stack}.json`, `${target.stack}.json.gz`]) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    renameSync(file, `${file}.unreadable-${Date.now()}`);
    rmSync(`${file}${sidecarEnding}`, { force: true });
  }
  await must(target, ["stack", "init", "--no-select"]);
}

async function must(target: Target, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await target.pulumi(args);
  if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed: ${stderr.trim()}`);
}
