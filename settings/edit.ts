import { parseDocument, Scalar, type Document } from "yaml";
import { isTakenForOther } from "./commands.ts";
import { colorNames } from "./schema/application.ts";

/** One value of the stack config, with the path that `pulumi config set --path` takes. */
export interface Change {
  /** e.g. `webnet:colors.green.backendTag` */
  path: string;
  value: string | number;
}

/** The command with which an operator makes the change. */
export function commandFor({ path, value }: Change): string {
  const type = typeof value === "string" && isTakenForOther(value) ? "--type string " : "";
  return `pulumi config set ${type}--path '${path}' ${value}`;
}

/**
 * Makes changes in the text of a stack config; comments and everything else stay. It puts a text in quotes, except a
 * colour: without quotes, the version of YAML decides whether `2024_01_05`, `0123456`, `12e0004` or `1:30` is a text.
 */
export function applyChanges(text: string, changes: readonly Change[]): string {
  const document = parseDocument(text);
  for (const { path: keyPath, value } of changes) {
    const [key = "", ...keys] = keyPath.split(".");
    const written = document.hasIn(["config", ofOld(key)]) ? ofOld(key) : key;
    document.setIn(["config", written, ...keys], isColor(value) ? value : quoted(value));
  }
  return asText(document, text);
}

/** The old form of a key, which Pulumi still reads. A second key beside it would set the same thing twice. */
function ofOld(key: string): string {
  return key.replace(":", ":config:");
}

/** The text of a changed document, with the line ends of `former`. */
export function asText(document: Document.Parsed, former: string): string {
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return former.includes("\r\n") ? text.replaceAll(/\r?\n/g, "\r\n") : text;
}

function isColor(value: string | number): boolean {
  return (colorNames as readonly (string | number)[]).includes(value);
}

function quoted(value: string | number): Scalar {
  const scalar = new Scalar(value);
  if (typeof value === "string") scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}
