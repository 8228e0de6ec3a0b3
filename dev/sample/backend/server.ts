import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerJson, BadRequest } from "./answer.ts";
import type { Application } from "./application.ts";
import { DatabaseUnavailable } from "./database.ts";
import { describeError } from "./log.ts";
import { faultOf } from "./fault.ts";
import { routes } from "./routes.ts";
import { createSocketHandler } from "./streams.ts";

const actuator = "/api/actuator/";
const socketPath = "/api/socket";

// The gateway must close idle connections before this server does: a server that closes one while a request is on its
// way loses that request. nginx keeps them for 60 s by default; the platform's gateway keeps them for 4 s.
const keepAliveMilliseconds = 90_000;

/** Creates the HTTP server with all routes. It does not listen yet. */
export function createBackend(app: Application): Server {
  const server = createServer({ keepAliveTimeout: keepAliveMilliseconds, requestTimeout: 60_000 });
  const mustFail = faultOf(app.settings.fault);
  server.on("request", (request, response) => {
    void answer(app, request, response, mustFail);
  });
  const takeSocket = createSocketHandler(app);
  server.on("upgrade", (request, socket, head) => {
    const refused = app.stopping || app.settings.fault === "failing";
    if (request.url?.split("?")[0] === socketPath && !refused) takeSocket(request, socket, head);
    else {
      // A client may reset the connection: without a listener, that error would end the process.
      socket.on("error", (error) => {
        app.log("warn", "refused upgrade failed", describeError(error));
      });
      socket.end(
        `HTTP/1.1 ${refused ? "503 Service Unavailable" : "404 Not Found"}\r\nConnection: close\r\n\r\n`,
      );
    }
  });
  return server;
}

async function answer(
  app: Application,
  request: IncomingMessage,
  response: ServerResponse,
  mustFail: () => boolean,
): Promise<void> {
  const started = performance.now();
  const url = URL.parse(request.url ?? "/", "http://backend");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const candidates = routes.filter((route) => url !== null && route.path.test(url.pathname));
  const route = candidates.find((candidate) => candidate.method === method);
  const uri = candidates[0]?.uri ?? "UNKNOWN";
  app.running.add(response);
  if (app.stopping) response.shouldKeepAlive = false;
  response.on("close", () => {
    app.running.delete(response);
    app.metrics.observe(method, uri, response.statusCode, (performance.now() - started) / 1000);
  });
  try {
    if (url === null) throw new BadRequest("the address isn't valid");
    if (!url.pathname.startsWith(actuator) && mustFail()) {
      answerJson(response, 500, { error: "this version fails on purpose" });
    } else if (route === undefined) {
      const known = candidates.length > 0;
      answerJson(response, known ? 405 : 404, { error: known ? "method not allowed" : "no such address" });
    } else {
      const parts = route.path.exec(url.pathname)?.slice(1) ?? [];
      await route.answer(app, { request, response, query: url.searchParams, parts });
    }
  } catch (error) {
    answerError(app, response, uri, error);
  }
}

function answerError(app: Application, response: ServerResponse, uri: string, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof BadRequest) {
    if (error.status === 413) response.shouldKeepAlive = false;
    answerJson(response, error.status, { error: error.message });
  } else if (error instanceof DatabaseUnavailable) {
    answerJson(response, 503, { error: "the database is not available", reason: error.message });
  } else {
    app.log("error", "request failed", { uri, ...describeError(error) });
    answerJson(response, 500, { error: "internal error" });
  }
}
