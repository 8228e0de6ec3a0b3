import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "vite";
import { writeTexts, type MadeFiles } from "./files/frontend-files.ts";

const here = import.meta.dirname;

/**
 * Bundles the backend with all it depends on into one module for Node 24. Colour, version and fault aren't in it: they
 * come from the environment.
 * @returns the module's text.
 */
export async function buildBackend(outDir: string): Promise<string> {
  await build({
    root: path.join(here, "backend"),
    configFile: false,
    logLevel: "warn",
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: "main.ts",
      target: "node24",
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: "backend.mjs", codeSplitting: false } },
    },
  });
  return readFile(path.join(outDir, "backend.mjs"), "utf8");
}

/**
 * Builds the frontend as `version` into `outDir`: index.html; files with a hash in their name, and others, under `assets/`.
 */
export async function buildFrontend(version: string, made: MadeFiles, outDir: string): Promise<void> {
  await build({
    root: path.join(here, "frontend"),
    configFile: false,
    logLevel: "warn",
    publicDir: made.copied,
    resolve: { alias: { made: made.imported } },
    define: { "import.meta.env.APP_VERSION": JSON.stringify(version) },
    // The part that is loaded late is meant to be large.
    build: { target: "es2022", outDir, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  });
  await writeTexts(version, outDir);
}
