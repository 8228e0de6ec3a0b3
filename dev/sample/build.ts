import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "vite";
import { writeTexts, type MadeFiles } from "./files/frontend-files.ts";

const here = import.meta.dirname;

/**
 * Bundles the backend with its dependencies into one module for Node 24. Colour, version and fault are not part of it:
 * they come from the environment.
 * @returns the text of the module.
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
 * Builds the frontend of `version` into `outDir`: `index.html`, and files with and without a hash in their name under
 * `assets/`.
 */
export async function buildFrontend(version: string, made: MadeFiles, outDir: string): Promise<void> {
  await build({
    root: path.join(here, "frontend"),
    configFile: false,
    logLevel: "warn",
    publicDir: made.copied,
    resolve: { alias: { made: made.imported } },
    define: { "import.meta.env.APP_VERSION": JSON.stringify(version) },
    // The chunk that the page loads late is large on purpose.
    build: { target: "es2022", outDir, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  });
  await writeTexts(version, outDir);
}
