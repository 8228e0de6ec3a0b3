import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { withLock } from "../../host/lock.ts";
import { localPaths } from "../toolchain/environment.ts";
import { unpackUnstable } from "../toolchain/packages.ts";
import { run } from "../toolchain/process.ts";
import { isStamped, removeStamp, writeStamp } from "../toolchain/stamp.ts";
import { step, type Outcome, type Progress, type StepOptions } from "../toolchain/step.ts";

/** The folder of the auditors' tools. Removing it undoes all that this file does. */
export const auditFolder = join(localPaths.made, "audit");

const python = join(auditFolder, "python");
const testsslTree = join(auditFolder, "testssl");
const stubs = join(auditFolder, "stubs");
const requirements = join(import.meta.dirname, "requirements.txt");
const pipSeconds = 600;

const gixy = join(python, "bin", "gixy");
const sslyze = join(python, "bin", "sslyze");
const testssl = join(testsslTree, "usr", "bin", "testssl");

/** Programs of the tools, each with the variables that it needs. */
export const programs = {
  gixy: { executable: gixy, env: {} },
  sslyze: { executable: sslyze, env: {} },
  testssl: {
    executable: testssl,
    env: {
      TESTSSL_INSTALL_DIR: join(testsslTree, "etc", "testssl"),
      PATH: [stubs, process.env["PATH"] ?? ""].join(delimiter),
    },
  },
} as const;

/**
 * Installs gixy and sslyze into `.webnet/audit`, with the versions and the hashes of `requirements.txt`. Nothing of the
 * machine's own Python is changed.
 *
 * @throws when the machine has no Python with venv, or pip can't reach its registry
 */
export async function bringPythonTools(options: StepOptions = {}): Promise<void> {
  await withLock(
    "audit-python",
    () => step("gixy and sslyze", bringPython, options),
    options.print ?? console.log,
  );
}

/**
 * Unpacks testssl into `.webnet/audit`.
 *
 * @throws when the machine has no apt or can't reach its mirrors, or lacks a program that testssl calls
 */
export async function bringTestssl(options: StepOptions = {}): Promise<void> {
  await withLock(
    "audit-testssl",
    () => step("testssl", bringUnpacked, options),
    options.print ?? console.log,
  );
}

/** A tool with its version, as `requirements.txt` pins it. */
export function pinned(name: string): string {
  const found = new RegExp(`^${name}==(\\S+)`, "m").exec(readFileSync(requirements, "utf8"));
  if (found?.[1] === undefined) throw new Error(`dev/audit/requirements.txt pins no ${name}`);
  return `${name} ${found[1]}`;
}

async function bringPython(progress: Progress): Promise<Outcome> {
  const key = readFileSync(requirements, "utf8");
  if (isStamped("audit-python", key, [gixy, sslyze])) return { skipped: "already there" };
  removeStamp("audit-python");
  rmSync(python, { recursive: true, force: true });
  mkdirSync(auditFolder, { recursive: true });
  progress("making a place for them");
  try {
    await run("python3", ["-m", "venv", python], { log: "audit-venv" });
  } catch (error) {
    throw new Error(
      "python3 makes no virtual environment: install Python 3.10 or newer with its venv module (Debian: python3-venv)",
      { cause: error },
    );
  }
  progress("installing them");
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
  await run(join(python, "bin", "python"), [...install, "--requirement", requirements], {
    log: "audit-pip",
    timeoutSeconds: pipSeconds,
  });
  writeStamp("audit-python", key);
  return { done: "installed" };
}

/** testssl calls it, and Debian's package does not hold it. */
const called = ["hexdump", "openssl", "awk"];

async function bringUnpacked(progress: Progress): Promise<Outcome> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const missing = called.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (missing.length > 0)
    throw new Error(`testssl needs ${missing.join(", ")} on the PATH (Debian: bsdextrautils, openssl, gawk)`);
  if (isStamped("audit-testssl", "1", [testssl, join(stubs, "host")])) return { skipped: "already unpacked" };
  removeStamp("audit-testssl");
  await unpackUnstable(["testssl.sh"], testsslTree, progress);
  // It doesn't begin without a program that looks names up, and with `--nodns none` never runs it.
  mkdirSync(stubs, { recursive: true });
  writeFileSync(join(stubs, "host"), "#!/bin/sh\nexit 1\n");
  chmodSync(join(stubs, "host"), 0o755);
  writeStamp("audit-testssl", "1");
  return { done: "unpacked" };
}

/** The version that the unpacked testssl tells of itself. */
export function testsslVersion(): string {
  if (!existsSync(testssl)) return "testssl";
  return `testssl ${/^declare -r VERSION="([^"]+)"/m.exec(readFileSync(testssl, "utf8"))?.[1] ?? ""}`.trim();
}
