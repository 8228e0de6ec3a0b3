import { z } from "zod";
import { configPath } from "./commands.ts";
import { settingsSchema } from "./schema/settings.ts";
import { bare, defaultAt, keysOf, leaves, schemaAt, type Path } from "./shape.ts";

const HEADER = ["Setting", "Allowed", "Default", "Meaning"];

const INTRODUCTION = `# Settings

Generated from the schema in \`settings/schema/\` by \`npm run reference\`; a unit test keeps it so.

Every setting stands in \`Pulumi.<stack>.yaml\` under \`config:\`, and can be set by a command:

\`\`\`sh
pulumi config set --path 'webnet:colors.green.backendTag' sha-1a2b3c4 --stack prod
\`\`\`

\`--path\` is needed for every setting with a dot in its name. A decimal fraction may be set as text (\`0.5\`). A tag that
looks like a number, such as \`0123456\` or \`2024_01_05\`, needs \`--type string\`; in the YAML file, write it in quotes.

What "Makes MySQL anew" is changed in a quiet hour: from the stop of the old server until the new one is healthy, some
seconds or longer, requests that need the database fail. "Makes the edge anew" is a gap of about a second in which nobody is
answered, and all open connections are cut. \`pulumi preview\` says so in words, and a container of the new description is
tried before the old one goes. No other setting makes those two anew; releases and nginx overlap their successors.
`;

/** The reference of all settings as Markdown, laid out as Prettier leaves it. */
export function settingsReference(): string {
  const areas = Map.groupBy(withNamed(), ([path]) => (path.length === 1 ? "The stack" : String(path[0])));
  const sections = [...areas].map(
    ([area, settings]) =>
      `## ${area}\n\n${table([HEADER, ...settings.map(([path, schema]) => row(path, schema))])}\n`,
  );
  return [INTRODUCTION, ...sections].join("\n");
}

/** Every setting, and after one whose names are free, the keys of what stands under each name. */
function* withNamed(): Generator<[Path, z.ZodType]> {
  for (const [path, schema] of leaves(settingsSchema)) {
    yield [path, schema];
    const named = bare(schema) instanceof z.ZodRecord ? schemaAt(schema, ["<name>"]) : undefined;
    if (named !== undefined && keysOf(named).length > 0) yield* leaves(named, [...path, "<name>"]);
  }
}

function row(path: Path, schema: z.ZodType): string[] {
  const { allowed = "", description = "", remakes = [] } = schema.meta() ?? {};
  const anew = remakes.length === 0 ? "" : ` Makes ${remakes.join(" and ")} anew.`;
  return [`\`${configPath(path)}\``, allowed, defaultOf(path, schema), description + anew].map(cell);
}

function defaultOf(path: Path, schema: z.ZodType): string {
  const { why, defaultText } = schema.meta() ?? {};
  if (defaultText !== undefined) return defaultText;
  const value = defaultAt(settingsSchema, path);
  if (value === undefined) return schema.safeParse(undefined).success ? "none" : "none: required";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `\`${text}\`${why ? `: ${why}` : ""}`;
}

// Within backticks an asterisk needs no backslash, and a backslash would show.
const cell = (text: string) =>
  text
    .split("`")
    .map((part, at) => (at % 2 === 0 ? part.replaceAll("*", String.raw`\*`) : part))
    .join("`")
    .replaceAll("|", String.raw`\|`);

function table(rows: string[][]): string {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  const line = (cells: string[]) =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const [header = [], ...body] = rows;
  return [line(header), rule, ...body.map(line)].join("\n");
}
