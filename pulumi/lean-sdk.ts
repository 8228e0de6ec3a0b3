/**
 * Imported by the program before the SDK, for what it does: leaves out of the SDK's loading what the program has no use
 * for. Nothing is taken away.
 */
import Module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * What the SDK has for turning functions into resources, with all that it exports. It brings the TypeScript compiler and
 * npm's resolver along, two thirds of the SDK's loading, and this program has no such resource.
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

/** Has a module loaded when one of its functions is called for the first time, and not when somebody requires it. */
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
