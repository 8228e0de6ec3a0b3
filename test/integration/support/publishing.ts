import { spawn } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import tar, { type Header } from "tar-stream";
import { sendArchive } from "../../../engine/archive.ts";
import { connectEngine, orMissing } from "../../../engine/client.ts";
import { withVolume } from "../../../engine/volume.ts";
import { projectRoot } from "../../../host/project.ts";
import { localEnvironment } from "../../../dev/toolchain/environment.ts";
import { importTar } from "../../../dev/toolchain/images/engine.ts";
import { removeLeftovers } from "../../../dev/toolchain/leftovers.ts";

/** An entry of an image. A file has the given `content`, or `bytes` of content that its name determines. */
export type Entry = Partial<Header> & { name: string; bytes?: number; content?: string };

/** The entries of a volume by path: the digest of a file, the target of a link. */
export type Found = Map<string, { type: string; mode: number; digest?: string; target?: string }>;

/** The result of one publication. `said` is its error output. */
export interface Outcome {
  exitCode: number;
  said: string;
  seconds: number;
}

const release = "blue-00000001";
const blockBytes = 64 * 1024;

/** A test's own frontend images, which it publishes with the command that an update runs. */
export class Publishing {
  readonly stack = `test-files-${process.pid}`;
  readonly docker: Docker;
  readonly host: string;
  readonly release = release;
  readonly #images: string[] = [];

  /** @param host the engine's address. Default: the engine that set-up chose */
  constructor(host = localEnvironment()["DOCKER_HOST"] ?? "") {
    this.host = host;
    this.docker = connectEngine(this.host);
  }

  /** Creates this test's volume of a purpose unless it exists, and returns its name. */
  async volume(purpose: string): Promise<string> {
    const Name = `${this.stack}-${purpose}`;
    await this.docker.createVolume({ Name, Labels: this.#labels });
    return Name;
  }

  /** Makes an image of entries, and returns its reference. The names are paths from the root, without the slash. */
  async image(tag: string, entries: Iterable<Entry>): Promise<string> {
    const reference = `${this.stack}/frontend:${tag}`;
    const pack = tar.pack();
    const filled = fill(pack, entries);
    await importTar(
      this.docker,
      { reference, config: { cmd: ["/none"] }, source: "test" },
      pack as unknown as Readable,
    );
    await filled;
    this.#images.push(reference);
    return reference;
  }

  /** Publishes an image as a release, with the command that an update runs. */
  async publish(image: string, volume: string, environment: Record<string, string> = {}): Promise<Outcome> {
    const held = await orMissing(this.docker.getImage(image).inspect());
    const parts = [
      { name: "backend", tag: "b1", image: "b" },
      { name: "frontend", tag: "f1", image },
    ];
    const note = { release, parts };
    const began = performance.now();
    const child = spawn(process.execPath, ["deploy/publish.ts"], {
      cwd: projectRoot,
      env: {
        ...process.env,
        DOCKER_HOST: this.host,
        WEBNET_STACK: this.stack,
        WEBNET_RELEASE: release,
        WEBNET_NOTE: JSON.stringify(note),
        WEBNET_IMAGE: held?.Id ?? `sha256:${"0".repeat(64)}`,
        WEBNET_VOLUME: volume,
        ...environment,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [said, [exitCode]] = await Promise.all([
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { exitCode: exitCode ?? -1, said, seconds: (performance.now() - began) / 1000 };
  }

  /** All entries of a volume, by path. */
  async found(volume: string): Promise<Found> {
    const image = this.#images[0] ?? "";
    return await withVolume(this.docker, { image, volume, labels: this.#labels }, async (container, path) => {
      const found: Found = new Map();
      const entries = tar.extract();
      const reading = pipeline(await container.getArchive({ path }), entries);
      for await (const entry of entries) {
        const { name, type, mode, linkname } = entry.header;
        const at = name.replace(/^volume\//, "").replace(/\/$/, "");
        const about = { type, mode: mode & 0o7777 };
        if (type === "file") found.set(at, { ...about, digest: await digestOf(entry) });
        else
          found.set(at, {
            ...about,
            ...(type !== "directory" && { target: linkname.replace(/^volume\//, "") }),
          });
        entry.resume();
      }
      await reading;
      return found;
    });
  }

  /** Puts empty files of the release into a volume, like a killed copy. A directory's name ends with a slash. */
  async half(volume: string, names: readonly string[]): Promise<void> {
    const image = this.#images[0] ?? "";
    await withVolume(this.docker, { image, volume, labels: this.#labels }, async (container, path) => {
      const pack = tar.pack();
      for (const name of names) {
        const type = name.endsWith("/") ? "directory" : "file";
        pack.entry({ name: `${release}/${name}`, type }, "");
      }
      pack.finalize();
      await sendArchive(container, path, pack);
    });
  }

  /** Starts a container that passes for a gateway. Returns a function that removes it. */
  async standInGateway(): Promise<() => Promise<void>> {
    const container = await this.docker.createContainer({
      Image: "webnet.local/base:13",
      Entrypoint: ["sleep", "600"],
      Labels: { ...this.#labels, "webnet.role": "gateway" },
      HostConfig: { NetworkMode: "none" },
    });
    await container.start();
    return async () => {
      await container.remove({ force: true });
    };
  }

  /** The ids of this test's containers that still exist. */
  async left(): Promise<string[]> {
    const label = [`webnet.stack=${this.stack}`];
    return (await this.docker.listContainers({ all: true, filters: { label } })).map(({ Id }) => Id);
  }

  async remove(): Promise<void> {
    await removeLeftovers(this.docker, { ofStack: (stack) => stack === this.stack, volumes: true });
    for (const image of this.#images) await this.docker.getImage(image).remove({ force: true });
  }

  get #labels(): Record<string, string> {
    return { "webnet.stack": this.stack };
  }
}

/** The entry that a published file must have in a volume. */
export async function fileOf({
  name,
  bytes = 0,
  content,
}: Entry): Promise<{ type: string; mode: number; digest: string }> {
  const digest = await digestOf(content === undefined ? contentOf(name, bytes) : [Buffer.from(content)]);
  return { type: "file", mode: 0o644, digest };
}

async function fill(pack: tar.Pack, entries: Iterable<Entry>): Promise<void> {
  for (const { bytes, content, ...header } of entries) {
    if (bytes !== undefined)
      await pipeline(Readable.from(contentOf(header.name, bytes)), pack.entry({ ...header, size: bytes }));
    else if (content !== undefined) pack.entry(header, content);
    else pack.entry(header);
  }
  pack.finalize();
}

/** Pseudo-random bytes that a name determines. */
function* contentOf(name: string, bytes: number): Generator<Buffer> {
  const key = createHash("sha256").update(name).digest();
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  for (let left = bytes; left > 0; left -= blockBytes)
    yield cipher.update(Buffer.alloc(Math.min(left, blockBytes)));
}

async function digestOf(chunks: Iterable<Buffer> | AsyncIterable<unknown>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk as Buffer);
  return hash.digest("hex").slice(0, 16);
}
