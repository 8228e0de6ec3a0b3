import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { unpackDebian, unpackUnstable } from "./packages.ts";
import { run } from "./process.ts";
import type { Progress } from "./step.ts";

/**
 * Which engine: `current` is Debian's newest, on the libraries and the runc of this machine's own release; `release` is
 * the one of that release, which may be out of support.
 */
export type EngineKind = "current" | "release";

/** The newest engine's programs. Its runc needs a newer libc than a release has, and the release's own serves as well. */
const newestPackages = ["docker.io", "docker-cli", "containerd"];
const newestPrograms = [
  "usr/sbin/dockerd",
  "usr/sbin/docker-proxy",
  "usr/bin/docker",
  "usr/bin/containerd",
  "usr/bin/containerd-shim-runc-v2",
];
/** Started once: a program that this machine's libc is too old for ends with an error. */
const tried = ["usr/sbin/dockerd", "usr/bin/docker", "usr/bin/containerd", "usr/bin/containerd-shim-runc-v2"];

/** What `WEBNET_ENGINE` asks for; undefined where it says nothing. */
export function wantedEngine(): EngineKind | undefined {
  const value = process.env["WEBNET_ENGINE"] ?? "";
  if (value === "") return undefined;
  if (value === "current" || value === "release") return value;
  throw new Error(`WEBNET_ENGINE is "${value}": set it to "current" or "release", or leave it out`);
}

/** Which engine lies unpacked in a tree, or undefined where none does. */
export function engineIn(tree: string): EngineKind | undefined {
  if (!existsSync(join(tree, "usr", "sbin", "dockerd"))) return undefined;
  return existsSync(note(tree)) && readFileSync(note(tree), "utf8") === "current" ? "current" : "release";
}

/**
 * Unpacks an engine into a tree. Where the newest one can't be had, as on Ubuntu, or doesn't start here, the release's
 * own stays, and the progress says so.
 *
 * @throws when the release's own can't be had.
 */
export async function unpackEngine(kind: EngineKind, tree: string, progress: Progress): Promise<EngineKind> {
  const part = `${tree}.new`;
  rmSync(part, { recursive: true, force: true });
  await unpackDebian(["docker.io"], part, progress);
  linkTables(part);
  let had: EngineKind = "release";
  if (kind === "current") {
    try {
      await layNewest(part, progress);
      had = "current";
    } catch (error) {
      const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      progress(`Debian's newest engine can't be had, the release's own serves: ${why}`);
    }
  }
  writeFileSync(note(part), had);
  renameSync(part, tree);
  return had;
}

/** What the programs of a tree run with: they find their libraries and each other there. */
export function treeEnvironment(tree: string): Record<string, string> {
  const lib = join(tree, "usr", "lib");
  const libraries = readdirSync(lib).filter((name) => name.endsWith("-linux-gnu"));
  const programs = ["usr/bin", "usr/sbin", "bin", "sbin"].map((name) => join(tree, name));
  return {
    LD_LIBRARY_PATH: libraries.map((name) => join(lib, name)).join(":"),
    XTABLES_LIBDIR: libraries.map((name) => join(lib, name, "xtables")).join(":"),
    PATH: [...programs, process.env["PATH"] ?? ""].join(":"),
  };
}

async function layNewest(tree: string, progress: Progress): Promise<void> {
  const newest = `${tree}.newest`;
  try {
    await unpackUnstable(newestPackages, newest, progress);
    const env = { ...process.env, ...treeEnvironment(tree) };
    for (const program of tried) await run(join(newest, program), ["-v"], { log: "engine-version", env });
    for (const program of newestPrograms) renameSync(join(newest, program), join(tree, program));
  } finally {
    rmSync(newest, { recursive: true, force: true });
  }
}

/** The engine needs iptables inside of the containers' networks, for their DNS; installing would choose a variant. */
function linkTables(tree: string): void {
  for (const tool of ["iptables", "iptables-save", "iptables-restore"]) {
    const link = join(tree, "usr", "sbin", tool);
    if (!existsSync(link)) symlinkSync(tool.replace("iptables", "iptables-nft"), link);
  }
}

function note(tree: string): string {
  return join(tree, "engine-kind");
}
