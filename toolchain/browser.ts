import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
import { isAlive, withLock } from "./lock.ts";
import { isStamped, removeStamp, writeStamp } from "./stamp.ts";
import { step, type Outcome, type Progress, type StepOptions } from "./step.ts";

const launchMilliseconds = 30_000;
const stampName = "browser";

/** A running browser. */
export interface RunningBrowser {
  browser: Browser;
  /** Ends it and removes all that it wrote. */
  close: () => Promise<void>;
}

/**
 * Starts a Chromium without windows: one on the PATH that works, else Debian's, which is fetched once and unpacked into
 * `.webnet/browser`; nothing is installed. Only tests need one, so that set-up does not bring it.
 *
 * @throws when none works and none can be had, with the reason.
 */
export async function startBrowser(options: StepOptions = {}): Promise<RunningBrowser> {
  const found = await firstWorking(programsOnPath(process.env["PATH"] ?? ""), works);
  if (found !== undefined) return await launch(found);
  await withLock("browser", () => step("Chromium", bringBrowser, options), options.print ?? console.log);
  return await launch(unpackedProgram());
}

/** The first program that works: one may be too old, or no more than a hint at how to install one. */
export async function firstWorking(
  candidates: readonly BrowserProgram[],
  isWorking: (program: BrowserProgram) => Promise<boolean>,
): Promise<BrowserProgram | undefined> {
  for (const program of candidates) if (await isWorking(program)) return program;
  return undefined;
}

async function bringBrowser(progress: Progress): Promise<Outcome> {
  if (isStamped(stampName, browserPackage, unpackedFiles)) return { skipped: "already unpacked" };
  removeStamp(stampName);
  await unpackBrowser(progress);
  const program = unpackedProgram();
  progress("starting it for the first time");
  const { close } = await launch(program);
  await close();
  writeStamp(stampName, browserPackage);
  return { done: "fetched and unpacked" };
}

async function works(program: BrowserProgram): Promise<boolean> {
  try {
    const { browser, close } = await launch(program);
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

async function launch(program: BrowserProgram): Promise<RunningBrowser> {
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
      executablePath: program.executable,
      artifactsDir: join(home, "artifacts"),
      // What it keeps beside its profile, such as keys and font caches, goes there too.
      env: { ...process.env, ...program.env, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home },
      // Root can't have one.
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

/** Removes what a browser wrote whose test was killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(browserFolder)) {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      rmSync(join(browserFolder, name), { recursive: true });
  }
}
