/** One nginx directive: a line with its semicolon, or a block with its head and its content. */
export type Directive = string | readonly [head: string, body: readonly Directive[]];

/** A block, e.g. `block("location /", "return 404;")`. */
export function block(head: string, ...body: readonly Directive[]): Directive {
  return [head, body];
}

/** Renders the directives as a configuration file, indented by two spaces per level. */
export function renderDirectives(directives: readonly Directive[]): string {
  return directives.map((directive) => renderDirective(directive, "")).join("");
}

function renderDirective(directive: Directive, indent: string): string {
  if (typeof directive === "string") return `${indent}${directive}\n`;
  const [head, body] = directive;
  const inner = body.map((child) => renderDirective(child, `${indent}  `)).join("");
  return `${indent}${head} {\n${inner}${indent}}\n`;
}
