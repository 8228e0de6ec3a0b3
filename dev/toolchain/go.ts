import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { localPaths } from "./environment.ts";
import { findGo } from "./go-program.ts";
import { run } from "./process.ts";
import { hashOf, isStamped, removeStamp, writeStamp } from "./stamp.ts";
import type { Outcome, Progress } from "./step.ts";

/** A program to build from one of the Go modules under `dev/toolchain/go/`. */
export interface GoBuild {
  /** The module's folder. */
  module: string;
  /** The package to build. Default: the module's own `main`. */
  package?: string;
  /** The Go variable that contains the version, and its value. */
  version: { variable: string; value: string };
  /** The file of the finished program. */
  output: string;
}

const modules = join(import.meta.dirname, "go");
const shared = join(modules, "names");

/** True if this exact build already exists. The check needs no Go. */
export function isBuilt(build: GoBuild): boolean {
  return isStamped(stampName(build), buildKey(build), [build.output]);
}

/**
 * Builds a program from Go modules, unless it exists from the same sources.
 *
 * @throws when there is no Go, the module proxy isn't reachable or the build fails.
 */
export async function buildFromModules(build: GoBuild, progress: Progress): Promise<Outcome> {
  if (isBuilt(build)) return { skipped: "already built" };
  const folder = join(modules, build.module);
  const go = await findGo(wantedGo(folder), progress);
  forgetBuild(build);
  mkdirSync(dirname(build.output), { recursive: true });
  const temporary = join(localPaths.go, "tmp");
  mkdirSync(temporary, { recursive: true });
  const part = `${build.output}.part`;
  let fetched = 0;
  progress("building from Go modules");
  const flags = `-s -w -X ${build.version.variable}=${build.version.value}`;
  await run(go.program, ["build", "-ldflags", flags, "-o", part, build.package ?? "."], {
    log: `go-${build.module}`,
    cwd: folder,
    env: {
      ...go.env,
      GOCACHE: join(localPaths.go, "build"),
      GOMODCACHE: join(localPaths.go, "mod"),
      GOPATH: join(localPaths.go, "path"),
      // What a killed build leaves there is in the folder too.
      GOTMPDIR: temporary,
      // By default the module cache is read-only, and a plain removal fails.
      GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false -trimpath",
      GOWORK: "off",
      CGO_ENABLED: "0",
    },
    onLine: (line) => {
      if (line.startsWith("go: downloading")) progress(`compiling Go modules, ${++fetched} fetched for it`);
    },
  });
  renameSync(part, build.output);
  writeStamp(stampName(build), buildKey(build));
  return { done: "built" };
}

/** Forgets a build. Do this before another program takes the place of its output. */
export function forgetBuild(build: GoBuild): void {
  removeStamp(stampName(build));
}

/** Removes Go's caches. They have several gigabytes, and nothing needs them after the builds. */
export function dropGoCaches(): void {
  for (const name of ["build", "mod", "path", "tmp", "toolchain", "bootstrap"]) {
    rmSync(join(localPaths.go, name), { recursive: true, force: true });
  }
}

function stampName(build: GoBuild): string {
  return `go-${build.module}`;
}

function buildKey(build: GoBuild): string {
  const { variable, value } = build.version;
  const folder = join(modules, build.module);
  const folders = readFileSync(join(folder, "go.mod"), "utf8").includes("../names")
    ? [folder, shared]
    : [folder];
  return hashOf(folders, process.arch, variable, value, build.package ?? ".");
}

function wantedGo(folder: string): string {
  return /^go (\S+)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1] ?? "1.0";
}
