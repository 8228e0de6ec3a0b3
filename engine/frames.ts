const headerBytes = 8;
const stderrStream = 2;

/**
 * Takes the engine's multiplexed output apart: each frame has a header of eight bytes, the stream's number in the first
 * and the length in the last four (Docker Engine API, "Attach to a container").
 */
export function splitFrames(raw: Buffer): { stdout: string; stderr: string; both: string } {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[], both: [] as Buffer[] };
  for (let at = 0; at + headerBytes <= raw.length;) {
    const end = at + headerBytes + raw.readUInt32BE(at + 4);
    const payload = raw.subarray(at + headerBytes, end);
    parts.both.push(payload);
    (raw[at] === stderrStream ? parts.stderr : parts.stdout).push(payload);
    at = end;
  }
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  return { stdout: text(parts.stdout), stderr: text(parts.stderr), both: text(parts.both) };
}
