import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { identity, type Application, type Call } from "./application.ts";

const tickMilliseconds = 1000;
const closeMilliseconds = 2000;
const goingAway = 1001;

/** Sends server-sent events: a numbered tick each second, and a `close` event when the process stops. */
export function streamEvents(app: Application, call: Call): void {
  const { request, response } = call;
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  let count = 0;
  const tick = () => {
    count += 1;
    response.write(`event: tick\ndata: ${JSON.stringify({ count, ...identity(app.settings) })}\n\n`);
  };
  const timer = setInterval(tick, tickMilliseconds);
  const stop = () => {
    response.end("event: close\ndata: {}\n\n");
  };
  app.streams.add(stop);
  response.on("close", () => {
    clearInterval(timer);
    app.streams.delete(stop);
  });
  tick();
}

/** Creates the handler of websocket connections. It echoes each message together with the backend's version. */
export function createSocketHandler(
  app: Application,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  return (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (connection) => {
      const stop = () => {
        connection.close(goingAway, "stopping");
        setTimeout(() => {
          connection.terminate();
        }, closeMilliseconds).unref();
      };
      app.streams.add(stop);
      connection.on("close", () => app.streams.delete(stop));
      connection.on("error", (error) => {
        app.log("warn", "websocket failed", { error: error.message });
      });
      connection.on("message", (data) => {
        const echo = Buffer.isBuffer(data) ? data.toString("utf8") : "";
        connection.send(JSON.stringify({ echo, ...identity(app.settings) }));
      });
    });
  };
}
