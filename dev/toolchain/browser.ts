import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import {
  browserFolder,
  browserPackage,
  programsOnPath,
  unpackBrowser,
  unpackedFiles,
  unpackedProgram,
  type BrowserProgram,
} from "./browser-program.ts";
import { withLock } from "../../host/lock.ts";
import { isAlive } from "../../host/processes.ts";
import { isStamped, removeStamp, writeStamp } from "./stamp.ts";
import { step, type Outcome, type Progress, type StepOptions } from "./step.ts";

const launchMilliseconds = 30_000;
const stampName = "browser";

/** A running browser. */
export interface RunningBrowser {
  browser: Browser;
  /** Ends the browser and removes all files that it wrote. */
  close: () => Promise<void>;
}

/**
 * Finds a Chromium: a working one on the PATH, else Debian's. Fetches Debian's once and unpacks it into
 * `.webnet/browser`; installs nothing. Set-up does not bring a browser, since only tests need one.
 *
 * @throws with the reason when no browser works and none can be fetched.
 */
export async function bringBrowser(options: StepOptions = {}): Promise<BrowserProgram> {
  const found = await firstWorking(programsOnPath(process.env["PATH"] ?? ""), works);
  if (found !== undefined) return found;
  await withLock("browser", () => step("Chromium", bringUnpacked, options), options.print ?? console.log);
  return unpackedProgram();
}

/**
 * Starts a browser without windows.
 *
 * @param network pid of the process whose network the browser uses; needs root. Default: the machine's own network.
 * @throws when the browser doesn't start.
 */
export async function startBrowser(program: BrowserProgram, network?: number): Promise<RunningBrowser> {
  mkdirSync(browserFolder, { recursive: true });
  removeAbandoned();
  const home = mkdtempSync(join(browserFolder, `run-${process.pid}-`));
  const remove = (): void => {
    process.removeListener("exit", remove);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", remove);
  try {
    const context = await chromium.launchPersistentContext(join(home, "profile"), {
      executablePath: network === undefined ? program.executable : entering(network, program, home),
      artifactsDir: join(home, "artifacts"),
      // The browser writes files outside its profile too, such as keys and font caches. They go to the same folder.
      env: { ...process.env, ...program.env, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home },
      // Chromium can't use its sandbox as root.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ["--disable-crash-reporter"],
      timeout: launchMilliseconds,
    });
    const close = async (): Promise<void> => {
      await context.close();
      remove();
    };
    const browser = context.browser();
    if (browser !== null) return { browser, close };
    await close();
    throw new Error(`${program.executable} started, and takes no further windows`);
  } catch (error) {
    remove();
    throw error;
  }
}

/** The first program that works. A program may be too old, or only print how to install a browser. */
export async function firstWorking(
  candidates: readonly BrowserProgram[],
  isWorking: (program: BrowserProgram) => Promise<boolean>,
): Promise<BrowserProgram | undefined> {
  for (const program of candidates) if (await isWorking(program)) return program;
  return undefined;
}

async function bringUnpacked(progress: Progress): Promise<Outcome> {
  if (isStamped(stampName, browserPackage, unpackedFiles)) return { skipped: "already unpacked" };
  removeStamp(stampName);
  await unpackBrowser(progress);
  progress("starting it for the first time");
  const { close } = await startBrowser(unpackedProgram());
  await close();
  writeStamp(stampName, browserPackage);
  return { done: "fetched and unpacked" };
}

async function works(program: BrowserProgram): Promise<boolean> {
  try {
    const { browser, close } = await startBrowser(program);
    try {
      const page = await browser.newPage();
      await page.goto("data:text/html,<title>works</title>", { timeout: launchMilliseconds });
      return (await page.title()) === "works";
    } finally {
      await close();
    }
  } catch {
    return false;
  }
}

/** Writes a script that starts the browser in another process's network. Playwright passes it the arguments. */
function entering(network: number, { executable }: BrowserProgram, home: string): string {
  const file = join(home, "browser");
  const enter = `exec nsenter --net=/proc/${network}/ns/net -- '${executable.replaceAll("'", "'\\''")}' "$@"`;
  writeFileSync(file, `#!/bin/sh\n${enter}\n`, { mode: 0o700 });
  return file;
}

/** Removes the browser files of killed tests. */
function removeAbandoned(): void {
  for (const name of readdirSync(browserFolder)) {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      rmSync(join(browserFolder, name), { recursive: true });
  }
}
