import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import Docker from "dockerode";
import { startExec } from "../../../engine/exec.ts";

describe("an exec that the engine refuses", () => {
  it("leaves no connection open, which would keep the process", async () => {
    const sockets: Socket[] = [];
    const engine = createServer((_, response) => {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: "no such exec" }));
    });
    // As the engine does, which keeps a connection that asks for an upgrade.
    engine.keepAliveTimeout = 60_000;
    engine.on("connection", (socket) => sockets.push(socket));
    engine.listen(0, "127.0.0.1");
    await once(engine, "listening");
    const { port } = engine.address() as AddressInfo;
    const docker = new Docker({ host: "127.0.0.1", port });
    try {
      for (const hasInput of [true, false])
        await assert.rejects(
          startExec(docker.getExec("gone"), hasInput, new AbortController().signal),
          /no such exec/,
        );
      const [first] = sockets;
      assert.ok(first);
      if (!first.closed) await once(first, "close", { signal: AbortSignal.timeout(5000) });
    } finally {
      engine.closeAllConnections();
      engine.close();
    }
  });
});
