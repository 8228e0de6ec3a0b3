import { text } from "node:stream/consumers";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import tar from "tar-stream";
import { within, type Bound, type Watch } from "./bound.ts";
import { orMissing } from "./client.ts";

/**
 * Time limits for a transfer. A busy or distant engine still moves bytes, if slowly; after a minute without any, the
 * transfer is stuck. In an hour a line of 200 kB/s moves 700 MB.
 */
export const transferBound: Bound = { totalSeconds: 3600, idleSeconds: 60 };

const statSeconds = 30;

/** What stands at a path of a container. A link is not followed. */
export interface PathInfo {
  kind: "file" | "directory" | "link" | "other";
  /** Where a link leads in the end, as a path of the container. */
  linkTarget: string;
}

// The engine answers with a file mode in Go's encoding.
const modeBits = { directory: 1n << 31n, link: 1n << 27n, anyType: 0x8f28_0000n };

/** Looks at a path of a container, running or not; undefined if nothing is there. */
export async function pathInfo(container: Docker.Container, path: string): Promise<PathInfo | undefined> {
  return await within(
    `a look at ${path} in a container`,
    { totalSeconds: statSeconds },
    async ({ signal }) => {
      const answer = await orMissing(
        container.infoArchive({ path, abortSignal: signal }) as Promise<
          NodeJS.ReadableStream & { headers: Record<string, string | undefined> }
        >,
      );
      // An unread answer keeps its connection open, and with it this process alive, for minutes.
      answer?.resume();
      const stat = answer?.headers["x-docker-container-path-stat"];
      if (stat === undefined) return undefined;
      const { mode, linkTarget = "" } = JSON.parse(Buffer.from(stat, "base64").toString()) as {
        mode: number;
        linkTarget?: string;
      };
      return { kind: kindOf(mode), linkTarget };
    },
  );
}

function kindOf(mode: number): PathInfo["kind"] {
  const has = (bits: bigint) => (BigInt(mode) & bits) !== 0n;
  if (has(modeBits.directory)) return "directory";
  if (has(modeBits.link)) return "link";
  return has(modeBits.anyType) ? "other" : "file";
}

/** Unpacks an archive below a directory of a container, running or not. */
export async function sendArchive(
  container: Docker.Container,
  path: string,
  archive: AsyncIterable<unknown>,
  bound: Bound = transferBound,
): Promise<void> {
  await within(`the transfer into ${path} of a container`, bound, (watch) =>
    upload(container, path, archive, watch),
  );
}

/** As {@link sendArchive}, but the caller sets the time limit. */
export async function upload(
  container: Docker.Container,
  path: string,
  archive: AsyncIterable<unknown>,
  { signal, progressed }: Watch,
): Promise<void> {
  const body = Readable.from(watched(archive, progressed), { objectMode: false });
  try {
    await container.putArchive(body, { path, abortSignal: signal });
  } catch (error) {
    const reason = brokenOff(error);
    // If the engine answered early, the client is still sending: stop it, and ignore the error that this causes.
    body.on("error", () => undefined).destroy(reason);
    throw reason;
  }
}

async function* watched(chunks: AsyncIterable<unknown>, progressed: () => void): AsyncGenerator {
  for await (const chunk of chunks) {
    progressed();
    yield chunk;
  }
}

/** An engine that refuses an archive half-way closes the connection, and its answer may get lost. */
function brokenOff(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = "code" in error ? error.code : undefined;
  if (code !== "EPIPE" && code !== "ECONNRESET") return error;
  return new Error(
    `the engine broke off while it was sent files (${code}). Its disk may be full, which docker system df ` +
      "shows; its own log has the reason.",
    { cause: error },
  );
}

/** Reads an archive of a path of a container, running or not, entry by entry. The caller sets the time limit. */
export async function download(
  container: Docker.Container,
  path: string,
  entries: tar.Extract,
  { signal, progressed }: Watch,
): Promise<void> {
  const source = await container.getArchive({ path, abortSignal: signal });
  await pipeline(source, (chunks: AsyncIterable<unknown>) => watched(chunks, progressed), entries, {
    signal,
  });
}

/** Reads one small file of a container, running or not. */
export async function readText(container: Docker.Container, path: string): Promise<string> {
  return (await readTexts(container, path)).at(-1)?.content ?? "";
}

/** Reads the small files at and below a path of a container, running or not. */
export async function readTexts(
  container: Docker.Container,
  path: string,
  bound: Bound = transferBound,
): Promise<{ name: string; content: string }[]> {
  return await within(`the reading of ${path} in a container`, bound, async (watch) => {
    const entries = tar.extract();
    const read = async () => {
      const files: { name: string; content: string }[] = [];
      for await (const entry of entries) {
        const content = await text(entry);
        if (entry.header.type === "file") files.push({ name: entry.header.name, content });
      }
      return files;
    };
    const [files] = await Promise.all([read(), download(container, path, entries, watch)]);
    return files;
  });
}
