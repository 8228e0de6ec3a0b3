import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The folder that the pages' paths are relative to. */
export const root = resolve(import.meta.dirname, "../../..");

/** A Markdown page of the project, taken apart. */
export interface Page {
  /** Path from the project's folder. */
  path: string;
  text: string;
  /** The text outside of fenced code. */
  prose: string;
  /** The lines of all fenced code. A backslash at the end joins a line with the next. */
  code: string[];
  /** Texts between single backticks. */
  inline: string[];
}

const fence = /^```[^\n]*\n(.*?)^```$/gms;

function page(path: string): Page {
  const text = readFileSync(join(root, path), "utf8");
  const prose = text.replace(fence, "");
  const code = [...text.matchAll(fence)].flatMap(([, block = ""]) =>
    block.replaceAll("\\\n", "").split("\n"),
  );
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return { path, text, prose, code, inline };
}

/** Every page that people read: the two at the top and all under docs/. */
export const pages: readonly Page[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...globSync("docs/*.md", { cwd: root }),
]
  .sort()
  .map(page);

/** The anchors of a page's headings. */
export function anchors({ prose }: Pick<Page, "prose">): string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The targets of a page's links and pictures that lead to files or headings of the project. */
export function localLinks({ prose }: Pick<Page, "prose">): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What is wrong with a link, or undefined. */
export function brokenLink(from: Page, target: string): string | undefined {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from.path : join(dirname(from.path), file);
  if (!existsSync(join(root, path))) return `${target}: there is no ${path}`;
  if (anchor === undefined) return undefined;
  const page = pages.find((candidate) => candidate.path === path);
  return page && anchors(page).includes(anchor) ? undefined : `${target}: ${path} has no such heading`;
}

/** Folders that the pages name and the repository lacks: set-up, an application or Pulumi makes them. */
const elsewhere = [".webnet/", "node_modules/", "assets/", ".pulumi/", "history/", "backups/"];
const ours = /\.(?:ts|json|ya?ml|md|svg)$/;

/** True if a piece of code means a path of the repository. */
export function isRepositoryPath(code: string): boolean {
  if (!/^[\w.-]+(?:\/[\w.-]+)*\/?$/.test(code) || elsewhere.some((folder) => code.startsWith(folder)))
    return false;
  const [first = ""] = code.split("/");
  return code.endsWith("/") || (code.includes("/") && (ours.test(code) || existsSync(join(root, first))));
}
