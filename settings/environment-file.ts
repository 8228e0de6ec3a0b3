import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { configPath, shellWord } from "./commands.ts";
import { ownSpelling } from "./environment.ts";
import { got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Problem } from "./problem.ts";
import { environmentName } from "./schema/names.ts";
import { longestVariable } from "./schema/environment.ts";

const path = ["backend", "environmentFile"];
const largestBytes = 1024 * 1024;

/** The variables of an environment file, and what is wrong with it. */
export interface EnvironmentFile {
  variables: Record<string, string>;
  problems: Problem[];
}

/**
 * Reads the file that `backend.environmentFile` names: lines of `NAME=value`, empty lines, and comments that begin with
 * `#`. A value is all that follows the first `=`, as it stands. No message shows a value: it may be a secret in the wrong
 * place.
 *
 * @param directory the folder that the file's path is relative to
 */
export function readEnvironmentFile(context: Context, file: string, directory: string): EnvironmentFile {
  let text: string;
  try {
    const bytes = readFileSync(isAbsolute(file) ? file : resolve(directory, file));
    if (bytes.length > largestBytes) return unreadable(context, `it is larger than ${largestBytes} bytes`);
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return unreadable(context, reasonOf(error));
  }
  const variables = new Map<string, { value: string; line: number }>();
  const problems: Problem[] = [];
  for (const [position, raw] of text.split("\n").entries()) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const end = line.indexOf("=");
    const name = line.slice(0, Math.max(end, 0));
    const value = line.slice(end + 1);
    const wrong = end < 0 ? noVariable : wrongWith(name, value, variables.get(name)?.line);
    if (wrong === undefined) variables.set(name, { value, line: position + 1 });
    else problems.push(problemIn(context, { file, line: position + 1, name }, wrong));
  }
  const found = [...variables].map(([name, { value }]) => [name, value]);
  return { variables: Object.fromEntries(found) as Record<string, string>, problems };
}

interface Wrong {
  what: string;
  allowed: string;
}

const noVariable: Wrong = {
  what: "the line has no `=`",
  allowed: "NAME=value, an empty line, or a comment that begins with #",
};

function wrongWith(name: string, value: string, earlier: number | undefined): Wrong | undefined {
  if (!environmentName().safeParse(name).success)
    return { what: "its name is not allowed", allowed: environmentName().meta()?.allowed ?? "" };
  const own = ownSpelling(name);
  if (own !== undefined)
    return { what: `it doesn't replace the program's own ${own}`, allowed: `the name ${own}` };
  if (earlier !== undefined) return { what: `line ${earlier} has it already`, allowed: "each name once" };
  if (value.length > longestVariable)
    return { what: "its value is too long", allowed: `up to ${longestVariable} characters` };
  if (/^(["']).*\1$/.test(value))
    return {
      what: "its value stands in quotes, which would become part of it",
      allowed: "the value alone, up to the end of the line",
    };
  return value.includes("\0") ? { what: "its value holds a NUL character", allowed: "a text" } : undefined;
}

function problemIn(
  context: Context,
  { file, line, name }: { file: string; line: number; name: string },
  { what, allowed }: Wrong,
): Problem {
  return {
    at: `${file}, line ${line} (${configPath(path)} of stack ${context.stack})`,
    what,
    ...(name !== "" && { got: JSON.stringify(name.slice(0, 80)) }),
    allowed,
    fix: [`\${EDITOR:-vi} +${line} ${shellWord(file)}`],
  };
}

function unreadable(context: Context, what: string): EnvironmentFile {
  const problem = {
    at: configPath(path),
    what,
    got: got(context, path),
    allowed: `a file of up to ${largestBytes} bytes in UTF-8 with lines of NAME=value; its path is relative to the folder of Pulumi.${context.stack}.yaml`,
    fix: [settingCommand(context, path, placeholderAt(context, path))],
  };
  return { variables: {}, problems: [problem] };
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  return code === "ERR_ENCODING_INVALID_ENCODED_DATA"
    ? "it is not in UTF-8"
    : `it can't be read (${code ?? "unknown"})`;
}
