import { isDeepStrictEqual } from "node:util";
import { isScalar, parse, parseDocument, Scalar, type Document } from "yaml";
import { asText } from "../../settings/edit.ts";
import { changesBetween, type ConfigChange } from "../config-changes.ts";
import { valueAt } from "../../settings/shape.ts";

type Path = ConfigChange["path"];

/** A place in a stack's file that a command has changed. */
export interface Place extends ConfigChange {
  /** The value now. */
  now: unknown;
}

/** The result of {@link undoOf}. */
export interface Undo {
  /** The places that can be put back. */
  places: readonly Place[];
  /** The places whose value is neither the command's nor the one before it. */
  edited: readonly Place[];
  /** The file's text with the places put back. Everything else in it stays. */
  text: string;
}

/** Works out how to put back a command's change of a stack's file, given the file's text now. */
export function undoOf({ former, written }: { former: string; written: string }, now: string): Undo {
  const values: unknown = parse(now);
  const changed = changesBetween(parse(former), parse(written)).map((change): Place => ({
    ...change,
    now: valueAt(values, change.path),
  }));
  const left = changed.filter((place) => !isDeepStrictEqual(place.now, place.former));
  const places = left.filter((place) => isDeepStrictEqual(place.now, place.written));
  const edited = left.filter((place) => !places.includes(place));
  const text = now === written ? former : withFormer(now, parseDocument(former), former, places);
  return { places, edited, text };
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
  // Printing the document would also reformat other lines. So this replaces scalars in the text where that is enough.
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

/** Removes the values that the command added, and restores those that it replaced. */
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

/** Removes the value at a path, and then each parent that is empty and was not there before. */
function removeNew(document: Document.Parsed, formerDocument: Document.Parsed, path: Path): void {
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const isEmpty = isDeepStrictEqual(valueAt(document.toJS(), parent), {});
  if (isEmpty && !formerDocument.hasIn(parent)) removeNew(document, formerDocument, parent);
}

/** Returns the range of a value's text, with its quotes and without its comment. */
function rangeOf(document: Document.Parsed, path: Path): { start: number; end: number } {
  const node = document.getIn(path, true) as Scalar.Parsed;
  const [start, end] = node.range;
  return { start, end };
}

/** Returns a place's path as Pulumi's commands write it, e.g. `webnet:colors.green.backendTag`. */
export function pathInWords({ path }: Pick<Place, "path">): string {
  return path.slice(1).join(".");
}
