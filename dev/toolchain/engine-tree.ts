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
 * `current` is Debian's newest engine, on the libraries and the runc of this machine's own release. `release` is the
 * engine of that release; it may be out of support.
 */
export type EngineKind = "current" | "release";

/** What the tree must have itself, even on a machine that has it installed: its processes are known by their path. */
const releasePackages = ["docker.io", "containerd", "runc", "iptables"];
/** The newest engine without its runc, which needs a newer libc than a release has. The release's runc works too. */
const newestPackages = ["docker.io", "docker-cli", "containerd"];
const newestPrograms = [
  "usr/sbin/dockerd",
  "usr/sbin/docker-proxy",
  "usr/bin/docker",
  "usr/bin/containerd",
  "usr/bin/containerd-shim-runc-v2",
];
/** Set-up starts these once: a program that needs a newer libc than this machine has ends with an error. */
const tried = ["usr/sbin/dockerd", "usr/bin/docker", "usr/bin/containerd", "usr/bin/containerd-shim-runc-v2"];

/** The kind in `WEBNET_PRIVATE_ENGINE`. Undefined if unset or empty; throws on any other value. */
export function wantedEngine(): EngineKind | undefined {
  const value = process.env["WEBNET_PRIVATE_ENGINE"] ?? "";
  if (value === "") return undefined;
  if (value === "current" || value === "release") return value;
  throw new Error(`WEBNET_PRIVATE_ENGINE is "${value}": set it to "current" or "release", or leave it out`);
}

/** The kind of the engine in a tree. Undefined if the tree has none. */
export function engineIn(tree: string): EngineKind | undefined {
  if (!existsSync(join(tree, "usr", "sbin", "dockerd"))) return undefined;
  return existsSync(note(tree)) && readFileSync(note(tree), "utf8") === "current" ? "current" : "release";
}

/**
 * Unpacks an engine into a tree. If the newest engine can't be fetched, as on Ubuntu, or doesn't start here, keeps the
 * engine of the release and reports that as progress.
 *
 * @throws when the engine of the release can't be fetched.
 */
export async function unpackEngine(kind: EngineKind, tree: string, progress: Progress): Promise<EngineKind> {
  const part = `${tree}.new`;
  rmSync(part, { recursive: true, force: true });
  await unpackDebian(releasePackages, part, progress);
  if (engineIn(part) === undefined) {
    throw new Error(
      "apt downloaded no docker.io, which it does where the installed one is in none of its sources: start Docker " +
        "(or set DOCKER_HOST to an engine that you may use) and run again",
    );
  }
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

/** The environment for the programs of a tree. It lets them find their libraries and each other. */
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

/** The engine needs iptables inside the containers' networks, for DNS. An installation would choose the variant. */
function linkTables(tree: string): void {
  for (const tool of ["iptables", "iptables-save", "iptables-restore"]) {
    const link = join(tree, "usr", "sbin", tool);
    if (!existsSync(link)) symlinkSync(tool.replace("iptables", "iptables-nft"), link);
  }
}

function note(tree: string): string {
  return join(tree, "engine-kind");
}
