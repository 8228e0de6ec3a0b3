import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../host/message.ts";
import { projectRoot } from "../../host/project.ts";

/** The kind of a line. It sets the colour of the line and the pause before it appears. */
type Kind = "command" | "title" | "fine" | "failed" | "plain" | "left out";

/** A line of the picture. */
export interface Line {
  kind: Kind;
  text: string;
}

const picture = join(projectRoot, "docs", "demo.svg");
/** The width of the demo's table. A wider picture would be hard to read in a column of a page. */
const columns = 90;
const character = { width: 7.6, height: 18 };
const margin = { side: 18, top: 46, bottom: 16 };

const colors: Record<Kind, string> = {
  command: "#7cc7ff",
  title: "#ffffff",
  fine: "#7ee08a",
  failed: "#ff9d8f",
  plain: "#d5dbe3",
  "left out": "#8b97a7",
};

/** Seconds between the previous line and this one. The pause before an outcome stands for the update. */
const pauses: Record<Kind, number> = {
  command: 0.5,
  title: 0.6,
  fine: 0.7,
  failed: 0.7,
  plain: 0.08,
  "left out": 0.2,
};

const outcome = /^ {3}(?:Updated in|The update failed after) /;
const failure = /^ {3}The update failed after /;

/**
 * Chooses the lines of the picture from the output of a demo run: the start of the platform, the first step that moves
 * the traffic, the first step whose update fails, and the table. Each step has its commands, its outcome and the
 * serving release.
 *
 * @param log the output of `npm run demo`
 * @throws Error when the log is something else, or the demo failed
 */
export function chosenLines(log: string): Line[] {
  const blocks = log
    .replaceAll("\r", "")
    .split(/\n{2,}/)
    .map((block) => block.split("\n").filter((line) => line !== ""));
  const steps = blocks.filter(([title = ""]) => /^\d+\. /.test(title));
  const begin = must(
    blocks.find((block) => block.some((line) => outcome.test(line))),
    "how the platform came up",
  );
  const moves = must(
    steps.find((step, index) => index > 0 && servedBy(step) !== servedBy(steps[index - 1])),
    "a step that moves the traffic",
  );
  const fails = must(
    steps.find((step) => step.some((line) => failure.test(line))),
    "a step whose update fails",
  );
  const table = blocks.findIndex(([header = ""]) => /^step .*\bfailed\b/.test(header));
  const rows = must(blocks[table], "the table at the end");
  const [verdict] = blocks[table + 1] ?? [];
  if (verdict?.startsWith("0 requests failed") !== true)
    throw new Error("this demo did not end well: no picture of it");
  return [
    { kind: "command", text: "$ npm run demo" },
    ...begin.slice(0, 1).map(plain),
    ...begin.filter((line) => outcome.test(line)).map(told),
    ...[moves, fails]
      .sort((left, right) => steps.indexOf(left) - steps.indexOf(right))
      .flatMap((step) => [leftOut, ...stepLines(step)]),
    leftOut,
    ...rows.map(plain),
    { kind: "fine", text: verdict },
  ];
}

const leftOut: Line = { kind: "left out", text: "…" };

/** Title, commands, outcome and serving release of a step. Of the errors, only the first line with a reason. */
function stepLines([title = "", ...lines]: readonly string[]): Line[] {
  const failed = lines.findIndex((line) => failure.test(line));
  const reason = lines.slice(failed + 1).find((line) => !/^ *exit status \d+/.test(line));
  return [
    { kind: "title", text: title },
    ...lines
      .filter((line) => /^ {3}(?:\$|Serving:) /.test(line) || outcome.test(line))
      .flatMap((line) =>
        failure.test(line) && reason !== undefined
          ? [told(line), ...wrapped(reason).map((text) => ({ kind: "plain", text }) as const)]
          : [told(line)],
      ),
  ];
}

function plain(text: string): Line {
  return { kind: "plain", text };
}

function told(text: string): Line {
  if (/^ *\$ /.test(text)) return { kind: "command", text };
  if (!outcome.test(text)) return plain(text);
  return { kind: failure.test(text) ? "failed" : "fine", text };
}

function servedBy(step: readonly string[] = []): string | undefined {
  return step.map((line) => /^ {3}Serving: (\w+)/.exec(line)?.[1]).find((color) => color !== undefined);
}

function must<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`this is not what npm run demo prints: it lacks ${what}`);
  return found;
}

/** Wraps a line to the width of the picture, with the indent of the first line. */
function wrapped(text: string): string[] {
  const indent = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  for (const word of text.trim().split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}

/**
 * Draws the lines as a terminal. It has its own colours and fits a light page and a dark one. The lines appear one
 * after the other and then stay. Readers who prefer no motion, and viewers without animation, get all lines at once.
 */
export function render(lines: readonly Line[]): string {
  const width = Math.round(columns * character.width + 2 * margin.side);
  const height = margin.top + lines.length * character.height + margin.bottom;
  let seconds = 0;
  const texts = lines.map(({ kind, text }, index) => {
    seconds += pauses[kind];
    const y = margin.top + (index + 0.75) * character.height;
    // SVG viewers collapse plain spaces; they keep no-break spaces.
    const content = escaped(text).replaceAll(" ", "\u00a0");
    return `<text x="${margin.side}" y="${y}" fill="${colors[kind]}" style="animation-delay:${seconds.toFixed(2)}s">${content}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">npm run demo: a switch and a failed deploy under load, without a failed request</title>',
    "<style>",
    "text { font: 12.5px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; animation: appear 0.1s both; }",
    "@keyframes appear { from { opacity: 0; } }",
    "@media (prefers-reduced-motion: reduce) { text { animation: none; } }",
    "</style>",
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#16202c" stroke="#56657a"/>`,
    ...["#ff6159", "#ffbd2e", "#28c941"].map(
      (color, index) => `<circle cx="${margin.side + 6 + index * 18}" cy="20" r="5.5" fill="${color}"/>`,
    ),
    ...texts,
    "</svg>",
    "",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Draws `docs/demo.svg` from the log file that the command line names. */
function main(file: string | undefined): void {
  if (file === undefined)
    throw new Error(
      "which run? Name a file with what the demo printed: npm run demo | tee demo.log; npm run recording -- demo.log",
    );
  const lines = chosenLines(readFileSync(file, "utf8"));
  writeFileSync(picture, render(lines));
  console.log(`docs/demo.svg: ${lines.length} lines`);
}

if (import.meta.main) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error(`recording: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
