import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localPaths } from "./environment.ts";
import { installedPackages, unpackDebian } from "./packages.ts";
import { run } from "./process.ts";
import type { Progress } from "./step.ts";
import { isAtLeast } from "./versions.ts";

/** A Go to build with, and its environment variables. */
export interface Go {
  program: string;
  env: Record<string, string>;
}

const bootstrapFolder = join(localPaths.go, "bootstrap");
const toolchainFolder = join(localPaths.go, "toolchain");
const executable = 0o755;
/** The packages that golang-go is made of. The version in their names is the release's. */
const goPackage = /^golang-([\d.]+-)?(go|src)$/;

/**
 * Finds a Go of at least the wanted version: the machine's own, else the toolchain module of the module proxy. The
 * machine's older Go, or else Debian's, downloads that module. Installs nothing.
 *
 * @throws when it finds none.
 */
export async function findGo(wanted: string, progress: Progress): Promise<Go> {
  const own: Go = { program: "go", env: { GOTOOLCHAIN: "local" } };
  const version = await goVersion(own);
  if (version !== undefined && isAtLeast(version, wanted)) return own;
  const old = version === undefined ? await debianGo(progress) : own;
  return await fetchGo(old, wanted, progress);
}

async function fetchGo(old: Go, wanted: string, progress: Progress): Promise<Go> {
  progress(`fetching Go ${wanted}`);
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const module = `golang.org/toolchain@v0.0.1-go${wanted}.${process.platform}-${architecture}`;
  mkdirSync(toolchainFolder, { recursive: true });
  writeFileSync(join(toolchainFolder, "go.mod"), "module bootstrap\n");
  const told = await run(old.program, ["mod", "download", "-json", module], {
    log: "go-toolchain",
    cwd: toolchainFolder,
    env: { ...old.env, GOMODCACHE: join(toolchainFolder, "mod"), GOFLAGS: "-modcacherw" },
  });
  const root = (JSON.parse(told) as { Dir: string }).Dir;
  // The files of a module lose their executable bit, also those of programs.
  for (const folder of ["bin", join("pkg", "tool")]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), executable);
    }
  }
  const go: Go = { program: join(root, "bin", "go"), env: { GOROOT: root, GOTOOLCHAIN: "local" } };
  if ((await goVersion(go)) === undefined)
    throw new Error(`the fetched Go ${wanted} in ${root} doesn't start`);
  return go;
}

async function debianGo(progress: Progress): Promise<Go> {
  progress("fetching Debian's Go, since there is no go on PATH");
  try {
    if (unpackedRoot() === undefined) {
      const packages = new Set(["golang-go", ...(await installedPackages(goPackage))]);
      await unpackDebian([...packages], bootstrapFolder, progress);
    }
  } catch (error) {
    throw new Error(
      `Go is needed to build from Go modules, and Debian's can't be had: install Go (https://go.dev/dl/), ` +
        `put it on PATH and run again`,
      { cause: error },
    );
  }
  const root = unpackedRoot() ?? bootstrapFolder;
  return { program: join(root, "bin", "go"), env: { GOROOT: root } };
}

function unpackedRoot(): string | undefined {
  const lib = join(bootstrapFolder, "usr", "lib");
  if (!existsSync(lib)) return undefined;
  const name = readdirSync(lib).find((entry) => /^go-\d/.test(entry));
  return name === undefined ? undefined : join(lib, name);
}

async function goVersion(go: Go): Promise<string | undefined> {
  try {
    // Runs outside of any module: the `go` line of a module could make Go ask for another version.
    const text = await run(go.program, ["version"], { log: "go-version", cwd: "/", env: go.env });
    return /go(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
