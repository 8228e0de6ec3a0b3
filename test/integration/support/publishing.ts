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

/** Something in an image or a volume; a file has `bytes` of content that follows from its name, or the content given. */
export type Entry = Partial<Header> & { name: string; bytes?: number; content?: string };

/** What is found in a volume: a file's digest, or where a link leads. */
export type Found = Map<string, { type: string; mode: number; digest?: string; target?: string }>;

/** How one publication went. */
export interface Outcome {
  exitCode: number;
  said: string;
  seconds: number;
}

const release = "blue-00000001";
const blockBytes = 64 * 1024;

/** Frontend images of a test's own, and what becomes of them when they are published: by the command that an update runs. */
export class Publishing {
  readonly stack = `test-files-${process.pid}`;
  readonly docker: Docker;
  readonly host: string;
  readonly release = release;
  readonly #images: string[] = [];

  /** @param host the engine's address. Default: the one that set-up chose */
  constructor(host = localEnvironment()["DOCKER_HOST"] ?? "") {
    this.host = host;
    this.docker = connectEngine(this.host);
  }

  /** The name of this test's volume of that purpose, which is made where it is missing. */
  async volume(purpose: string): Promise<string> {
    const Name = `${this.stack}-${purpose}`;
    await this.docker.createVolume({ Name, Labels: this.#labels });
    return Name;
  }

  /** Makes an image of entries, whose names are absolute paths. */
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

  /** Publishes an image as a release, by the command that an update runs. */
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

  /** All that a volume has, by its path; with the note and the mark less what differs each time. */
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

  /** Leaves files of the release in a volume, as a copy that was killed; a directory's name ends with a slash. */
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

  /** Starts a container that passes for a gateway; to be called to remove it again. */
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

  /** Containers of this test that are left. */
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

/** What a volume is to have of a file. */
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

/** Bytes that look like random ones and follow from a name. */
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
