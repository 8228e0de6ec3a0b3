import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { localPaths } from "./environment.ts";
import { unpackDebian } from "./packages.ts";
import type { Progress } from "./step.ts";
import { messageOf } from "../../host/message.ts";

/** The folder of the tests' browser and its files. */
export const browserFolder = join(localPaths.made, "browser");

/** Chromium without windows. It renders, caches and connects like the full one, and is a smaller download. */
export const browserPackage = "chromium-headless-shell";

/** Names of Chromium and Chrome on the PATH. The likeliest to work comes first. */
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

/** Files that an unpacked browser must have. */
export const unpackedFiles: readonly string[] = [unpacked, fontsConfig];

/** How to start a Chromium. */
export interface BrowserProgram {
  executable: string;
  /** Variables to set on top of the process's own environment. */
  env: Record<string, string>;
}

/** Executable files with a browser's name, in the order of the names and then of the PATH. */
export function programsOnPath(path: string): BrowserProgram[] {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return programNames
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter(isProgram)
    .map((executable) => ({ executable, env: {} }));
}

/**
 * Unpacks Debian's Chromium with the dependencies that this machine lacks.
 *
 * @throws when the machine's package sources have no Chromium or can't be reached.
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

/** How to start the unpacked browser. */
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

/** Uses the fonts of the machine and those of the unpacked packages. */
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
