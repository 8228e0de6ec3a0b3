/**
 * Makes a TrueType font that browsers load (OpenType, "The OpenType Font File"). Each letter of several alphabets has a
 * glyph of bars. Sizes are in thousandths of an em.
 */
export function font(): Buffer {
  const codes = Array.from({ length: lastCode - firstCode + 1 }, (_, at) => firstCode + at);
  const glyphs = [bars(0xff), ...codes.map((code) => (code === firstCode ? Buffer.alloc(0) : bars(code)))];
  return file({
    "OS/2": os2(),
    cmap: cmap(),
    glyf: Buffer.concat(glyphs),
    head: head(),
    hhea: words([1, 0, ascent, -descent, 0, width, 0, 0, width, 1, 0, 0, 0, 0, 0, 0, 0, glyphs.length]),
    hmtx: words(glyphs.flatMap(() => [width, 0])),
    loca: longs(offsets(glyphs)),
    maxp: Buffer.concat([
      longs([0x10000]),
      words([glyphs.length, 4 * bits, bits, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]),
    name: names({ 1: "Webnet Sample", 2: "Regular", 4: "Webnet Sample", 6: "WebnetSample-Regular" }),
    post: longs([0x30000, 0, 0, 0, 0, 0, 0, 0]),
  });
}

const firstCode = 0x20;
const lastCode = 0x3ff;
const [unitsPerEm, ascent, descent, width] = [1000, 800, 200, 600];
const bits = 11;

/** A glyph with one bar for each bit of a number: high for 1, low for 0. */
function bars(number: number): Buffer {
  const rectangles = Array.from({ length: bits }, (_, bit) => {
    const [left, right] = [40 + bit * 48, 40 + bit * 48 + 32];
    const top = (number >> bit) % 2 === 1 ? 700 : 250;
    return [
      [left, 0],
      [left, top],
      [right, top],
      [right, 0],
    ] as const;
  });
  const points = rectangles.flat();
  const steps = (axis: 0 | 1) => points.map((point, at) => point[axis] - (points[at - 1]?.[axis] ?? 0));
  const glyph = Buffer.concat([
    words([bits, 40, 0, 40 + bits * 48, 700]),
    words(rectangles.map((_, at) => at * 4 + 3)),
    words([0]),
    Buffer.alloc(points.length, 1),
    words(steps(0)),
    words(steps(1)),
  ]);
  return padded(glyph);
}

function head(): Buffer {
  return Buffer.concat([
    longs([0x10000, 0x10000, 0, 0x5f0f3cf5]),
    words([3, unitsPerEm]),
    longs([0, 0, 0, 0]),
    words([0, 0, unitsPerEm, unitsPerEm, 0, 8, 2, 1, 0]),
  ]);
}

function os2(): Buffer {
  const sizes = [650, 600, 0, 75, 650, 600, 0, 350, 50, 300];
  return Buffer.concat([
    words([4, width, 400, 5, 0, ...sizes, 0]),
    Buffer.alloc(10),
    longs([1, 0, 0, 0]),
    Buffer.from("NONE"),
    words([0x40, firstCode, lastCode, ascent, -descent, 0, ascent, descent]),
    longs([1, 0]),
    words([500, 700, 0, firstCode, 1]),
  ]);
}

/** Maps one run of characters to the glyphs in order. Glyph 0 stands for missing characters. */
function cmap(): Buffer {
  const segments = [lastCode, 0xffff, 0, firstCode, 0xffff, 1 - firstCode, 1, 0, 0];
  const table = [4, 14 + 2 * segments.length, 0, 4, 4, 1, 0, ...segments];
  return Buffer.concat([words([0, 1, 3, 1]), longs([12]), words(table)]);
}

function names(entries: Record<number, string>): Buffer {
  const texts = Object.entries(entries).map(([id, text]) => ({
    id: Number(id),
    text: Buffer.from(text, "utf16le").swap16(),
  }));
  let at = 0;
  const records = texts.flatMap(({ id, text }) => {
    at += text.length;
    return [3, 1, 0x409, id, text.length, at - text.length];
  });
  const head = words([0, texts.length, 6 + 12 * texts.length, ...records]);
  return Buffer.concat([head, ...texts.map(({ text }) => text)]);
}

function file(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables);
  const log = Math.floor(Math.log2(entries.length));
  const start = 12 + 16 * entries.length;
  let at = start;
  const directory = entries.map(([tag, table]) => {
    const record = Buffer.concat([Buffer.from(tag), longs([sum(padded(table)), at, table.length])]);
    at += padded(table).length;
    return record;
  });
  return Buffer.concat([
    longs([0x10000]),
    words([entries.length, 16 * 2 ** log, log, 16 * (entries.length - 2 ** log)]),
    ...directory,
    ...entries.map(([, table]) => padded(table)),
  ]);
}

function offsets(glyphs: readonly Buffer[]): number[] {
  let at = 0;
  return [0, ...glyphs.map(({ length }) => (at += length))];
}

function sum(table: Buffer): number {
  let total = 0;
  for (let at = 0; at < table.length; at += 4) total = (total + table.readUInt32BE(at)) % 2 ** 32;
  return total;
}

function padded(table: Buffer): Buffer {
  return Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
}

function words(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => buffer.writeUInt16BE(value & 0xffff, 2 * at));
  return buffer;
}

function longs(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => buffer.writeUInt32BE(value, 4 * at));
  return buffer;
}
