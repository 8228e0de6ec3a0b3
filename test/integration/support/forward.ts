import { createServer, connect, type Socket } from "node:net";
import { once } from "node:events";

/** A port of this machine that forwards to another address. */
export interface Forward {
  url: string;
  close(): Promise<void>;
}

/**
 * Forwards a port of this machine to an address, like the kernel's rules of an ordinary engine: it works while the
 * engine is down. The tests' engines make no such rules, and their proxies end with them.
 */
export async function forward(host: string, port: number): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect({ host, port });
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
