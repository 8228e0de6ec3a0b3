import { canonical } from "../settings/addresses.ts";

/** A TCP port on which a program of the host accepts connections. */
export interface Listener {
  /** In its shortest form. An IPv4 address of an IPv6 socket is given as IPv4. */
  address: string;
  port: number;
}

const heading = /^\s*sl\s+local_address\s/;
const entry = /^\s*\d+: ([\dA-F]{8}(?:[\dA-F]{24})?):([\dA-F]{4}) [\dA-F]+:[\dA-F]{4} ([\dA-F]{2}) /;
const listening = "0A";

/**
 * Reads Linux's tables of TCP sockets, `/proc/net/tcp` and `/proc/net/tcp6` one after the other, for those that listen.
 *
 * @throws Error if any line doesn't belong to such a table: an unreadable table must not make a port look free.
 */
export function listenersIn(tables: string): Listener[] {
  const lines = tables.split("\n").filter((line) => line.trim() !== "");
  if (!heading.test(lines[0] ?? "")) throw new Error(`no table of TCP sockets: ${shown(lines[0])}`);
  return lines.flatMap((line) => {
    if (heading.test(line)) return [];
    const [, address, port, state] = entry.exec(line) ?? [];
    if (address === undefined || port === undefined)
      throw new Error(`no line of a table of TCP sockets: ${shown(line)}`);
    return state === listening ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }] : [];
  });
}

/** The kernel writes every four bytes as one number of its processor (little-endian): the last byte comes first. */
function addressOf(words: string): string {
  const bytes = (words.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse());
  const isVersion4 = bytes.length === 4;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isVersion4 || isMapped) return bytes.slice(-4).join(".");
  const groups = Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? [];
  return canonical(groups.join(":"));
}

function shown(line = ""): string {
  return JSON.stringify(line.slice(0, 80));
}
