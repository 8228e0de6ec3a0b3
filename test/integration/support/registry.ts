import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import tar from "tar-stream";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const configType = "application/vnd.docker.container.image.v1+json";
const layerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** How the registry answers. */
export type Mood = "well" | "closed" | { status: number; code?: string };

/**
 * An image registry on this machine's loopback address, where engines need no TLS. It serves pulls, can require a
 * login, and can fail in several ways.
 */
export class TestRegistry {
  readonly address: string;
  /** Number of requests with the right login, and with none or a wrong one. Without a login, all count as known. */
  readonly asked = { known: 0, unknown: 0 };
  readonly #login: string | undefined;
  readonly #port: number;
  readonly #blobs = new Map<string, { type: string; content: Buffer }>();
  /** Digests of manifests by `repository:tag`. */
  readonly #tags = new Map<string, string>();
  #mood: Mood = "closed";
  #server: Server | undefined;

  /** @param login the login that it requires. Default: none */
  constructor(port: number, login?: { username: string; password: string }) {
    this.#port = port;
    this.address = `127.0.0.1:${port}`;
    this.#login = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  }

  /** Sets how the registry answers from now on. */
  async set(mood: Mood): Promise<void> {
    this.#mood = mood;
    if (mood === "closed") await this.close();
    else await this.#open();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  /** Copies an image from an engine as `<repository>:<tag>`, moves the tag if it exists, and returns the digest. */
  async take(docker: Docker, image: string, repository: string, tag: string): Promise<string> {
    const files = await filesOf(docker, image);
    const [saved] = JSON.parse(String(files.get("manifest.json"))) as { Config: string; Layers: string[] }[];
    if (saved === undefined) throw new Error(`the engine saves nothing of ${image}`);
    const add = (mediaType: string, content: Buffer = Buffer.alloc(0)) => ({
      mediaType,
      size: content.length,
      digest: this.#keep(mediaType, content),
    });
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: add(configType, files.get(saved.Config)),
      layers: saved.Layers.map((layer) => add(layerType, files.get(layer))),
    };
    const digest = this.#keep(manifestType, Buffer.from(JSON.stringify(manifest)));
    this.#tags.set(`${repository}:${tag}`, digest);
    return digest;
  }

  #keep(type: string, content: Buffer): string {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    this.#blobs.set(digest, { type, content });
    return digest;
  }

  async #open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => {
      this.#answer(request, response);
    });
    this.#server = server;
    // The registry alone must not keep the process running.
    server.unref();
    await once(server.listen(this.#port, "127.0.0.1"), "listening");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#mood !== "well" && this.#mood !== "closed") {
      const { status, code } = this.#mood;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(code === undefined ? "no" : JSON.stringify({ errors: [{ code, message: "no" }] }));
      return;
    }
    if (this.#login !== undefined && request.headers.authorization !== this.#login) {
      this.asked.unknown += 1;
      response.writeHead(401, {
        "www-authenticate": 'Basic realm="test"',
        "content-type": "application/json",
      });
      response.end(
        JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] }),
      );
      return;
    }
    this.asked.known += 1;
    const path = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(request.url ?? "");
    if (path === null) {
      response.writeHead(200, { "docker-distribution-api-version": "registry/2.0" }).end("{}");
      return;
    }
    const [, repository = "", , reference = ""] = path;
    const digest = reference.startsWith("sha256:") ? reference : this.#tags.get(`${repository}:${reference}`);
    const found = digest === undefined ? undefined : this.#blobs.get(digest);
    if (digest === undefined || found === undefined) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] }));
      return;
    }
    response.writeHead(200, {
      "content-type": found.type,
      "content-length": found.content.length,
      "docker-content-digest": digest,
    });
    response.end(request.method === "HEAD" ? undefined : found.content);
  }
}

async function filesOf(docker: Docker, image: string): Promise<Map<string, Buffer>> {
  const archive = await docker.getImage(image).get();
  const files = new Map<string, Buffer>();
  const extract = tar.extract();
  archive.pipe(extract);
  for await (const entry of extract) {
    const content = await buffer(entry);
    if (entry.header.type === "file") files.set(entry.header.name, content);
    // Older engines save shared layers as links.
    else if (entry.header.type === "symlink") {
      const target = new URL(entry.header.linkname, `file:///${entry.header.name}`).pathname.slice(1);
      files.set(entry.header.name, files.get(target) ?? Buffer.alloc(0));
    }
  }
  return files;
}
