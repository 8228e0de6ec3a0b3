/**
 * The program imports this before the SDK, for its side effect: the SDK then loads without the modules that the program
 * does not use. They still load on first use.
 */
import Module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * The SDK's modules that turn functions into resources, with all their exports. They load the TypeScript compiler and
 * npm's resolver, two thirds of the SDK's loading time. This program has no such resource.
 */
export const loadedLate: Readonly<Record<string, readonly string[]>> = {
  "@pulumi/pulumi/runtime/closure/codePaths.js": [
    "computeCodePaths",
    "findWorkspaceRoot",
    "packageArchivePath",
  ],
  "@pulumi/pulumi/runtime/closure/serializeClosure.js": ["serializeFunction", "serializeFunctionAsync"],
};

for (const [path, functions] of Object.entries(loadedLate)) loadLate(path, functions);

/** Makes a module load at the first call of one of its functions, and not when it is required. */
function loadLate(path: string, functions: readonly string[]): void {
  const file = require.resolve(path);
  const late = new Module(file);
  late.loaded = true;
  late.exports = Object.fromEntries(
    functions.map((name) => [name, (...given: unknown[]) => loaded()[name]?.(...given)]),
  );
  require.cache[file] = late;

  function loaded(): Record<string, (...given: unknown[]) => unknown> {
    if (require.cache[file] === late) Reflect.deleteProperty(require.cache, file);
    return require(file) as Record<string, (...given: unknown[]) => unknown>;
  }
}
