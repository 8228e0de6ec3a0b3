/**
 * A backend of kind `plain` in Node, without any library: what the platform tells it, its health with the database's, and
 * its metrics. The gateway takes the base path off, so that it knows nothing of it.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";

const { PORT = "8080", APP_COLOR, APP_VERSION, WEBNET_RELEASE, DATABASE_HOST, DATABASE_PORT } = process.env;
const { DATABASE_PASSWORD_FILE = "" } = process.env;
let requests = 0;

/** Whether the database takes connections. */
function hasDatabase(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: DATABASE_HOST ?? "", port: Number(DATABASE_PORT), timeout: 1000 });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => {
      end(true);
    });
    for (const event of ["error", "timeout"])
      socket.once(event, () => {
        end(false);
      });
  });
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://backend");
  const answer = (status: number, body: object) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  requests += 1;
  switch (pathname) {
    case "/health":
      void hasDatabase().then((is) => {
        answer(is ? 200 : 503, { status: is ? "UP" : "DOWN" });
      });
      return;
    case "/metrics":
      response.writeHead(200, { "content-type": "text/plain" });
      response.end(`# TYPE plain_requests_total counter\nplain_requests_total ${requests}\n`);
      return;
    case "/version":
      answer(200, {
        id: searchParams.get("id") ?? undefined,
        ...{ color: APP_COLOR, version: APP_VERSION, release: WEBNET_RELEASE },
        ...{ prefix: request.headers["x-forwarded-prefix"], url: request.url },
        passwordLength: readFileSync(DATABASE_PASSWORD_FILE, "utf8").length,
      });
      return;
    default:
      answer(404, { error: "there is no such path" });
  }
});
server.listen(Number(PORT));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
});
