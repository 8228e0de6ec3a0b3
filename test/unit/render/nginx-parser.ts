/** A directive read back from a configuration: its words and the directives in its block. */
export interface Parsed {
  words: string[];
  body: Parsed[];
}

/** Reads nginx's syntax: words, quotes, `;` and blocks. */
export function parseNginx(text: string): Parsed[] {
  const tokens = [...text.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|([{};])|([^\s{};"']+)/gs)];
  const root: Parsed[] = [];
  const open: Parsed[][] = [root];
  let words: string[] = [];
  for (const [, double, single, mark, bare] of tokens) {
    if (mark === undefined) {
      words.push(double ?? single ?? bare ?? "");
    } else if (mark === "}") {
      open.pop();
    } else {
      const directive: Parsed = { words, body: [] };
      open.at(-1)?.push(directive);
      if (mark === "{") open.push(directive.body);
      words = [];
    }
  }
  if (open.length !== 1 || words.length > 0)
    throw new Error("The configuration ends inside a block or a directive");
  return root;
}

/** All directives of a name directly in a block. */
export function all(block: readonly Parsed[], name: string): Parsed[] {
  return block.filter(({ words }) => words[0] === name);
}

/** The arguments of the only directive of a name. */
export function only(block: readonly Parsed[], name: string): string[] {
  const found = all(block, name);
  if (found.length !== 1) throw new Error(`${found.length} directives ${name}, expected one`);
  return found[0]?.words.slice(1) ?? [];
}

/** The block whose head is these words. */
export function inside(block: readonly Parsed[], ...head: string[]): Parsed[] {
  const found = block.filter(({ words }) => words.join(" ") === head.join(" "));
  if (found.length !== 1) throw new Error(`${found.length} blocks ${head.join(" ")}, expected one`);
  return found[0]?.body ?? [];
}

/** Every directive, however deep. */
export function deep(block: readonly Parsed[]): Parsed[] {
  return block.flatMap((directive) => [directive, ...deep(directive.body)]);
}

/** What nginx's map gives for a value, also by a regular expression with named groups as `$name`. */
export function mapped(map: readonly Parsed[], value: string): string {
  const exact = map.find(({ words }) => words[0] === value && words[0] !== "default");
  if (exact) return exact.words[1] ?? "";
  for (const { words } of map) {
    const [pattern = "", result = ""] = words;
    if (!pattern.startsWith("~")) continue;
    const insensitive = pattern.startsWith("~*");
    const source = pattern
      .slice(insensitive ? 2 : 1)
      .replace("\\A", "^")
      .replaceAll("\\z", "$")
      .replace("(?s)", "")
      .replaceAll(")*+", ")*");
    const flags = `${insensitive ? "i" : ""}${pattern.includes("(?s)") ? "s" : ""}`;
    const match = new RegExp(source, flags).exec(value);
    const { groups } = match ?? {};
    if (match)
      return result.replace(/\$(\w+)/g, (whole, name: string) =>
        groups && name in groups ? (groups[name] ?? "") : whole,
      );
  }
  return map.find(({ words }) => words[0] === "default")?.words[1] ?? "";
}
