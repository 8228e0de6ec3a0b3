import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const pieceMilliseconds = 250;

/** Downloads an address `count` times at once, each evenly over `seconds`. Returns the bytes of each download. */
export async function slowDownloads(
  url: string,
  { count, bytes, seconds }: { count: number; bytes: number; seconds: number },
): Promise<number[]> {
  return await Promise.all(Array.from({ length: count }, () => slowDownload(url, bytes, seconds)));
}

async function slowDownload(url: string, bytes: number, seconds: number): Promise<number> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: new Agent({ keepAlive: false }) }, resolve).on("error", reject);
  });
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode ?? 0}`);
  const perPiece = Math.ceil((bytes * pieceMilliseconds) / (seconds * 1000));
  let got = 0;
  let allowed = perPiece;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    got += chunk.length;
    while (got > allowed) {
      await sleep(pieceMilliseconds);
      allowed += perPiece;
    }
  }
  return got;
}
