import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../../host/project.ts";

/** Property names, nested as the objects are. */
export interface Names {
  [name: string]: Names;
}

/** The inputs of a resource, from the SDK's own typings. */
export function sdkInputs(sdk: string, file: string, interfaceName: string): Names {
  const folder = join(projectRoot, "node_modules", "@pulumi", sdk);
  const typesFile = join(folder, "types", "input.d.ts");
  const types = existsSync(typesFile) ? readFileSync(typesFile, "utf8") : "";
  return names(readFileSync(join(folder, file), "utf8"), types, interfaceName);
}

function names(text: string, types: string, interfaceName: string): Names {
  const body = new RegExp(`export interface ${interfaceName} \\{\\n([^]*?)\\n\\}`).exec(text)?.[1];
  if (body === undefined) throw new Error(`no interface ${interfaceName} in the typings`);
  const plain = body.replace(/\/\*[^]*?\*\//g, "");
  const found: Names = {};
  for (const [, name = "", type = ""] of plain.matchAll(/^ {4}(\w+)\??: ([^]*?);$/gm)) {
    const nested = /inputs\.([\w.]+)/.exec(type)?.[1];
    found[name] = nested === undefined ? {} : names(types, types, nested);
  }
  return found;
}

/** The paths in `a` that `b` lacks. Of a missing object, only its own path. */
export function missing(a: Names, b: Names, prefix = ""): string[] {
  return Object.entries(a).flatMap(([name, nested]) => {
    const other = b[name];
    return other === undefined ? [prefix + name] : missing(nested, other, `${prefix}${name}.`);
  });
}
