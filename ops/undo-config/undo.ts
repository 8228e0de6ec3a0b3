import { isDeepStrictEqual } from "node:util";
import { isScalar, parse, parseDocument, Scalar, type Document } from "yaml";
import { asText } from "../../settings/edit.ts";
import { valueAt } from "../../settings/shape.ts";

type Path = readonly string[];

/** A place of a stack's file that a command has changed. Undefined is a value that isn't there. */
export interface Place {
  /** Its keys, from the file's beginning. */
  path: Path;
  /** What stood there before the command. */
  former: unknown;
  /** What the command wrote there. */
  written: unknown;
  /** What stands there now. */
  now: unknown;
}

/** What putting a change back comes to. */
export interface Undo {
  /** Places that are put back. */
  places: readonly Place[];
  /** Places that say neither what the command wrote nor what was there before. */
  edited: readonly Place[];
  /** The file's text with the places put back; everything else in it stays. */
  text: string;
}

/** How to put a command's change of a stack's file back, given what the file says now. */
export function undoOf({ former, written }: { former: string; written: string }, now: string): Undo {
  const values: unknown = parse(now);
  const changed = changesBetween(parse(former), parse(written), []).map((change): Place => ({
    ...change,
    now: valueAt(values, change.path),
  }));
  const left = changed.filter((place) => !isDeepStrictEqual(place.now, place.former));
  const places = left.filter((place) => isDeepStrictEqual(place.now, place.written));
  const edited = left.filter((place) => !places.includes(place));
  const text = now === written ? former : withFormer(now, parseDocument(former), former, places);
  return { places, edited, text };
}

function changesBetween(former: unknown, written: unknown, path: Path): Omit<Place, "now">[] {
  // What was not there is taken apart as well: what somebody has added beside it since is theirs.
  if (isObject(written) && (isObject(former) || former === undefined)) {
    const keys = new Set([...Object.keys(former ?? {}), ...Object.keys(written)]);
    return [...keys].flatMap((key) => changesBetween(former?.[key], written[key], [...path, key]));
  }
  return isDeepStrictEqual(former, written) ? [] : [{ path, former, written }];
}

function withFormer(
  now: string,
  formerDocument: Document.Parsed,
  former: string,
  places: readonly Place[],
): string {
  const document = parseDocument(now);
  const isReplaced = ({ path }: Place) =>
    isScalar(document.getIn(path, true)) && isScalar(formerDocument.getIn(path, true));
  const replaced = places.filter(isReplaced);
  const others = places.filter((place) => !isReplaced(place));
  // Setting the whole text out anew would change lines that nobody asked to be changed.
  const text = others.length === 0 ? now : asText(withoutNew(document, formerDocument, others), now);
  const found = parseDocument(text);
  const cuts = replaced
    .map(({ path }) => ({ to: rangeOf(found, path), from: rangeOf(formerDocument, path) }))
    .sort((one, other) => other.to.start - one.to.start);
  return cuts.reduce(
    (whole, { to, from }) =>
      whole.slice(0, to.start) + former.slice(from.start, from.end) + whole.slice(to.end),
    text,
  );
}

/** What is left without what the command has added, and with what it has put a value in the place of. */
function withoutNew(
  document: Document.Parsed,
  formerDocument: Document.Parsed,
  places: readonly Place[],
): Document.Parsed {
  for (const { path } of places) {
    if (formerDocument.hasIn(path)) document.setIn(path, formerDocument.getIn(path, true));
    else removeNew(document, formerDocument, path);
  }
  return document;
}

/** Removes what stands at a path, and what holds nothing any more and was not there either. */
function removeNew(document: Document.Parsed, formerDocument: Document.Parsed, path: Path): void {
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const isEmpty = isDeepStrictEqual(valueAt(document.toJS(), parent), {});
  if (isEmpty && !formerDocument.hasIn(parent)) removeNew(document, formerDocument, parent);
}

/** Where the text of a value begins and ends, its quotes with it and its comment not. */
function rangeOf(document: Document.Parsed, path: Path): { start: number; end: number } {
  const node = document.getIn(path, true) as Scalar.Parsed;
  const [start, end] = node.range;
  return { start, end };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A place as Pulumi's commands name it, e.g. `webnet:colors.green.backendTag`. */
export function pathInWords({ path }: Pick<Place, "path">): string {
  return path.slice(1).join(".");
}

/** A value for the operator; an encrypted one is none to look at. */
export function valueInWords(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.includes('"secure":') ? "<encrypted>" : text;
}
