import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Scalar } from "yaml";
import { numberOf, timeOf } from "./scalar.ts";

/** A value in a stack's file, as Pulumi reads it. */
export type PulumiValue =
  string | number | bigint | boolean | null | PulumiValue[] | { [key: string]: PulumiValue };

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
]);

const stringTag = "tag:yaml.org,2002:str";

/**
 * Reads YAML as the Pulumi CLI does. The CLI mixes two versions of YAML: 0123 is an octal number and 2024_01_05 a
 * number, but `off` is a text.
 *
 * @throws Error if Pulumi refuses it too, or if it has something that no stack's file needs (merge keys, types)
 */
export function parsePulumiYaml(text: string): PulumiValue {
  // With this schema every scalar stays the text that is written there.
  const document = parseDocument(text.replace(/^\uFEFF/, ""), { schema: "failsafe", logLevel: "error" });
  const [error] = document.errors;
  // After its first line the message shows lines of the file, which may hold a secret that is not encrypted yet.
  if (error !== undefined)
    throw new Error(`is no YAML: ${(error.message.split("\n")[0] ?? "").replace(/:$/, "")}`);
  return valueOf(document.contents, document);
}

function valueOf(node: unknown, document: Document): PulumiValue {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) return valueOf(node.resolve(document), document);
  if (isSeq(node)) return node.items.map((item) => valueOf(item, document));
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [keyOf(key, document), valueOf(value, document)]),
    );
  }
  if (isScalar(node)) return scalarOf(node);
  throw new Error("has a value of an unknown kind");
}

function keyOf(node: unknown, document: Document): string {
  const key = valueOf(node, document);
  if (isScalar(node) && node.type === "PLAIN" && key === "<<")
    throw new Error("has the key <<: write out what it takes over");
  if (typeof key === "string") return key;
  throw new Error(`has a key that is no text: put ${textOf(node)} in quotes`);
}

function scalarOf(scalar: Scalar): PulumiValue {
  const { value } = scalar;
  const text = typeof value === "string" ? value : "";
  if (scalar.tag !== undefined && scalar.tag !== stringTag)
    throw new Error(`says of which type a value is: leave ${scalar.tag} out`);
  const isText = scalar.tag === stringTag || scalar.type !== "PLAIN";
  return isText ? text : plainOf(text);
}

/**
 * The value that a text without quotes stands for.
 *
 * @throws Error for an infinity or a NaN, which Pulumi can't read
 */
function plainOf(text: string): string | number | bigint | boolean | null {
  const constant = constants.get(text);
  if (constant !== undefined) return constant;
  if (/^[-+]?\.inf$|^\.nan$/i.test(text) && isSpelt(text)) {
    throw new Error(`has ${text}, which Pulumi can't read: put it in quotes`);
  }
  return timeOf(text) ?? numberOf(text) ?? text;
}

/** YAML knows only these spellings with capitals. */
function isSpelt(text: string): boolean {
  return /(?:inf|Inf|INF|nan|NaN|NAN)$/.test(text);
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.source ?? node.value) : "it";
}
