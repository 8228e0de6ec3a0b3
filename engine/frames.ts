import { StringDecoder } from "node:string_decoder";

const headerBytes = 8;
const stderrStream = 2;

/** The stream that a piece of output came from. */
export type Channel = "stdout" | "stderr";

/**
 * Splits the engine's multiplexed output as it arrives. Each frame has a header of eight bytes: the first is the
 * stream's number, the last four are the length (Docker Engine API, "Attach to a container").
 */
export class Frames {
  readonly #tell: (channel: Channel, text: string, bytes: Buffer) => void;
  readonly #decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  readonly #header = Buffer.alloc(headerBytes);
  #headerRead = 0;
  #left = 0;

  /** @param tell gets each piece, in order; a character split over two frames comes with the second. */
  constructor(tell: (channel: Channel, text: string, bytes: Buffer) => void) {
    this.#tell = tell;
  }

  /** Takes a piece of the raw output, which may be cut anywhere. */
  add(raw: Buffer): void {
    for (let at = 0; at < raw.length;) {
      if (this.#left === 0) {
        const end = Math.min(at + headerBytes - this.#headerRead, raw.length);
        raw.copy(this.#header, this.#headerRead, at, end);
        this.#headerRead += end - at;
        at = end;
        if (this.#headerRead < headerBytes) return;
        this.#headerRead = 0;
        this.#left = this.#header.readUInt32BE(4);
        continue;
      }
      const payload = raw.subarray(at, at + this.#left);
      at += payload.length;
      this.#left -= payload.length;
      const channel = this.#header[0] === stderrStream ? "stderr" : "stdout";
      this.#tell(channel, this.#decoders[channel].write(payload), payload);
    }
  }
}

/** Splits the engine's complete multiplexed output. */
export function splitFrames(raw: Buffer): { stdout: string; stderr: string; both: string } {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[], both: [] as Buffer[] };
  new Frames((channel, _, bytes) => {
    parts.both.push(bytes);
    parts[channel].push(bytes);
  }).add(raw);
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  return { stdout: text(parts.stdout), stderr: text(parts.stderr), both: text(parts.both) };
}
