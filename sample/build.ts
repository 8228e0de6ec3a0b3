import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "vite";

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

/** Builds the frontend as `version` into `outDir`: index.html, and hashed files under `assets/`. */
export async function buildFrontend(version: string, outDir: string): Promise<void> {
  await build({
    root: path.join(here, "frontend"),
    configFile: false,
    logLevel: "warn",
    define: { "import.meta.env.APP_VERSION": JSON.stringify(version) },
    build: { target: "es2022", outDir, emptyOutDir: true },
  });
}
