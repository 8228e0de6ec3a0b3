import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { localPaths, projectRoot } from "./environment.ts";
import { unpackDebian } from "./packages.ts";
import { run } from "./process.ts";
import { hashOf, isStamped, removeStamp, writeStamp } from "./stamp.ts";
import type { Outcome, Progress } from "./step.ts";
import { isAtLeast } from "./versions.ts";

/** Something built from one of the Go modules under `toolchain/go/`. */
export interface GoBuild {
  /** The module's folder. */
  module: string;
  /** The package to build. Default: the module's own `main`. */
  package?: string;
  /** The variable that holds the version, and its value. */
  version: { variable: string; value: string };
  /** Where the program goes. */
  output: string;
}

const modules = join(projectRoot, "toolchain", "go");
const shared = join(modules, "names");
/** The oldest Go that fetches the Go a module asks for by itself. */
const oldestSwitching = "1.21";

/** Tells whether that very build is there already; takes no Go to tell. */
export function isBuilt(build: GoBuild): boolean {
  return isStamped(stampName(build), buildKey(build), [build.output]);
}

/**
 * Builds a program from Go modules, unless it is there from the same sources.
 *
 * @throws when there is no Go to be had, the module proxy isn't reachable or the build fails.
 */
export async function buildFromModules(build: GoBuild, progress: Progress): Promise<Outcome> {
  if (isBuilt(build)) return { skipped: "already built" };
  const folder = join(modules, build.module);
  const go = await findGo(wantedGo(folder), progress);
  removeStamp(stampName(build));
  mkdirSync(dirname(build.output), { recursive: true });
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
      // The module cache is read-only by default, and then can't simply be removed.
      GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false -trimpath",
      GOWORK: "off",
      CGO_ENABLED: "0",
    },
    onLine: (line) => {
      if (line.startsWith("go: downloading"))
        progress(`building from Go modules, ${++fetched} of them fetched`);
    },
  });
  renameSync(part, build.output);
  writeStamp(stampName(build), buildKey(build));
  return { done: "built" };
}

/** Removes the caches of Go, which are several gigabytes and of no use once everything is built. */
export function dropGoCaches(): void {
  for (const name of ["build", "mod", "path"]) {
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
  return /^go (\S+)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1] ?? oldestSwitching;
}

interface Go {
  program: string;
  env: Record<string, string>;
}

async function findGo(wanted: string, progress: Progress): Promise<Go> {
  const own = await goVersion("go");
  if (own !== undefined && isAtLeast(own, oldestSwitching))
    return { program: "go", env: switching(own, wanted) };
  const bootstrap = join(localPaths.go, "bootstrap");
  if (debianGo(bootstrap) === undefined) {
    progress(`fetching Go from Debian, since ${own === undefined ? "there is no go" : `go is ${own}`}`);
    await unpackDebian(["golang-go"], bootstrap, progress);
  }
  const root = debianGo(bootstrap);
  const version = root === undefined ? undefined : await goVersion(join(root, "bin", "go"), { GOROOT: root });
  if (root === undefined || version === undefined || !isAtLeast(version, oldestSwitching)) {
    throw new Error(
      `Go ${oldestSwitching} or newer is needed to build from Go modules, and Debian's is ` +
        `${version ?? "missing"}: install Go (https://go.dev/dl/), put it on PATH and run again`,
    );
  }
  return { program: join(root, "bin", "go"), env: { GOROOT: root, ...switching(version, wanted) } };
}

function switching(version: string, wanted: string): Record<string, string> {
  return isAtLeast(version, wanted) ? {} : { GOTOOLCHAIN: "auto" };
}

function debianGo(folder: string): string | undefined {
  const lib = join(folder, "usr", "lib");
  if (!existsSync(lib)) return undefined;
  const name = readdirSync(lib).find((entry) => /^go-\d/.test(entry));
  return name === undefined ? undefined : join(lib, name);
}

async function goVersion(program: string, env: Record<string, string> = {}): Promise<string | undefined> {
  try {
    // Outside of any module, where a go directive can't make it switch to another version.
    const text = await run(program, ["version"], {
      log: "go-version",
      cwd: "/",
      env: { ...env, GOTOOLCHAIN: "local" },
    });
    return /go(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
