import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { sshAccess } from "./ssh.ts";

/** How a program reaches an engine on this machine. */
export type Way = "unix" | "tcp" | "ssh";

/** Runs `use` with an environment in which a program reaches the engine of a socket in the given way. */
export async function engineBy<T>(
  way: Way,
  unixHost: string,
  use: (environment: Record<string, string>) => Promise<T>,
): Promise<T> {
  const socket = unixHost.replace("unix://", "");
  if (way === "unix") return await use({ DOCKER_HOST: unixHost });
  if (way === "tcp") return await byTcp(socket, use);
  const ssh = await sshAccess(socket, process.env["PATH"] ?? "");
  try {
    return await use({ ...ssh.environment, DOCKER_HOST: ssh.host });
  } finally {
    await ssh.close();
  }
}

async function byTcp<T>(
  socket: string,
  use: (environment: Record<string, string>) => Promise<T>,
): Promise<T> {
  const server = createServer((incoming) => {
    const engine = connect(socket);
    for (const [from, to] of [
      [incoming, engine],
      [engine, incoming],
    ] as const) {
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await use({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });
  } finally {
    server.close();
  }
}
