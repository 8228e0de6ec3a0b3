import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What an engine answers when the program looks at it. */
export interface EngineState {
  /** The running containers of its list. Default: none. */
  containers?: { name: string; labels: Record<string, string> }[];
  networks?: { Name: string; Id: string; Labels?: Record<string, string> }[];
  /** True if it holds every image. Default: true. */
  holdsImages?: boolean;
  /** The path of a question that fails. Default: none. */
  failsAt?: string;
  /** Part of every image's id: another value stands for images that were built anew. */
  build?: string;
}

/** An engine's id for an image. */
export function imageId(reference: string, build = ""): string {
  return `sha256:${createHash("sha256")
    .update(reference + build)
    .digest("hex")}`;
}

/** A registry's digest of an image. */
export function imageDigest(reference: string, build = ""): string {
  return imageId(`${reference} in a registry`, build);
}

let current: EngineState = {};
let started: Promise<Server> | undefined;

/**
 * Runs `use` while an engine answers at `DOCKER_HOST`. The address stays the same, because the program registers it. It
 * is TCP, so that preflight doesn't look at this host's own ports.
 */
export async function withEngine<T>(state: EngineState, use: (host: string) => Promise<T>): Promise<T> {
  const server = await (started ??= start());
  const { port } = server.address() as AddressInfo;
  const host = `tcp://127.0.0.1:${port}`;
  const former = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = host;
  current = state;
  try {
    return await use(host);
  } finally {
    if (former === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = former;
  }
}

async function start(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://engine");
    const answer = pathname === current.failsAt ? undefined : answerTo(pathname, current);
    const missing = pathname === current.failsAt ? 500 : 404;
    response.writeHead(answer === undefined ? missing : 200, {
      "content-type": "application/json",
      // A kept connection would keep the process alive.
      connection: "close",
    });
    response.end(JSON.stringify(answer ?? { message: "no answer" }));
  });
  // The process may end while it listens.
  server.unref();
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

function answerTo(
  pathname: string,
  { networks = [], containers = [], holdsImages = true, build }: EngineState,
): unknown {
  if (pathname === "/containers/create") return { Id: "tried" };
  // As if published on every address.
  const Ports = { "80/tcp": ["0.0.0.0", "::"].map((HostIp) => ({ HostIp, HostPort: "80" })) };
  if (pathname.startsWith("/containers/tried")) return { NetworkSettings: { Ports } };
  if (/^\/networks\/./.test(pathname)) return {};
  const [, collection, reference] = /^\/(images|distribution)\/(.+)\/json$/.exec(pathname) ?? [];
  if (collection === "images" && reference !== undefined)
    return holdsImages ? { Id: imageId(decodeURIComponent(reference), build) } : undefined;
  if (collection === "distribution" && reference !== undefined)
    return { Descriptor: { digest: imageDigest(decodeURIComponent(reference), build) } };
  const info = {
    NCPU: 8,
    MemTotal: 64 * 1024 ** 3,
    DockerRootDir: "/var/lib/docker",
    KernelVersion: "6.1.0-18-amd64",
  };
  const listed = containers.map(({ name, labels }) => ({
    Id: `id of ${name}`,
    Names: [`/${name}`],
    ImageID: imageId(name),
    Labels: labels,
    State: "running",
    Status: "Up 2 hours",
    Mounts: [],
    Ports: [],
    NetworkSettings: { Networks: {} },
    HostConfig: { NetworkMode: "bridge" },
  }));
  return { "/_ping": "OK", "/info": info, "/networks": networks, "/containers/json": listed }[pathname];
}
