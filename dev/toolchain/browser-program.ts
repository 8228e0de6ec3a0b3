import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { localPaths } from "./environment.ts";
import { unpackDebian } from "./packages.ts";
import type { Progress } from "./step.ts";
import { messageOf } from "../../host/message.ts";

/** Where the browser of the tests and what it writes lie. */
export const browserFolder = join(localPaths.made, "browser");

/** Chromium without windows: less to fetch than the whole one, which renders, caches and connects in the same way. */
export const browserPackage = "chromium-headless-shell";

/** Under these names a Chromium or Chrome may be on the PATH, the likeliest to work first. */
const programNames = [
  browserPackage,
  "chromium",
  "google-chrome-stable",
  "google-chrome",
  "chromium-browser",
] as const;

const tree = join(browserFolder, "root");
const fontsConfig = join(browserFolder, "fonts.conf");
const unpacked = join(tree, "usr", "lib", "chromium", browserPackage);

/** Files of an unpacked browser that must be there. */
export const unpackedFiles: readonly string[] = [unpacked, fontsConfig];

/** A Chromium that can be started. */
export interface BrowserProgram {
  executable: string;
  /** Laid over the process's own environment. */
  env: Record<string, string>;
}

/** Files with a browser's name that can be run, in the order of the names and then of the PATH. */
export function programsOnPath(path: string): BrowserProgram[] {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return programNames
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter(isProgram)
    .map((executable) => ({ executable, env: {} }));
}

/**
 * Unpacks Debian's Chromium with what it needs and this machine lacks.
 *
 * @throws where the machine's packages have none or can't be reached.
 */
export async function unpackBrowser(progress: Progress): Promise<void> {
  mkdirSync(browserFolder, { recursive: true });
  try {
    await unpackDebian([browserPackage], tree, progress);
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `no Chromium or Chrome on the PATH works; put one there and run again, since here ${reason}`,
      { cause: error },
    );
  }
  writeFileSync(fontsConfig, fontsXml());
}

/** The unpacked browser. */
export function unpackedProgram(): BrowserProgram {
  const lib = join(tree, "usr", "lib");
  const architectures = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith("-linux-gnu")) : [];
  const libraries = architectures.flatMap((name) => [join(lib, name), join(lib, name, "pulseaudio")]);
  return {
    executable: unpacked,
    env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_FILE: fontsConfig },
  };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The machine's fonts, and those that came with the packages. */
function fontsXml(): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    "<fontconfig>",
    "  <dir>/usr/share/fonts</dir>",
    '  <dir prefix="relative">root/usr/share/fonts</dir>',
    '  <cachedir prefix="xdg">fontconfig</cachedir>',
    "</fontconfig>",
    "",
  ].join("\n");
}
