import { parseDocument, Scalar, type Document } from "yaml";
import { isTakenForOther } from "./commands.ts";
import { colorNames } from "./schema/application.ts";

/** One value of the stack config, by the path that `pulumi config set --path` takes. */
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
 * The text of a stack config with the changes made; comments and everything else stay. A text is put in quotes, all but
 * a colour: without, it depends on the version of YAML whether `2024_01_05`, `0123456`, `12e0004` or `1:30` is one.
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

/** A key as Pulumi wrote it of old, and still reads it: a second one beside it would say the same once more. */
function ofOld(key: string): string {
  return key.replace(":", ":config:");
}

/** The text of a stack config that was changed as a document, with the ends of line that `former` has. */
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
