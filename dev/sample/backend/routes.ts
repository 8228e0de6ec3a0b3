import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { answerJson, BadRequest } from "./answer.ts";
import { identity, type Application, type Call } from "./application.ts";
import { answerHealth, answerLiveness, answerMetrics } from "./health.ts";
import { createRow, listRows, readRow } from "./rows.ts";
import { answerSecrets } from "./secrets.ts";
import { streamEvents } from "./streams.ts";
import { takeUpload } from "./uploads.ts";

const slowSeconds = 60;
const mostBytes = 64 * 1024 * 1024;

/** The handler of one kind of request. */
export interface Route {
  method: "GET" | "POST";
  path: RegExp;
  /** The name of the path in metrics. */
  uri: string;
  answer(app: Application, call: Call): Promise<void> | void;
}

/** Every route except the websocket, which begins as an upgrade. */
export const routes: readonly Route[] = [
  get("/api/actuator/health", answerHealth),
  get("/api/actuator/health/readiness", answerHealth),
  get("/api/actuator/health/liveness", answerLiveness),
  get("/api/actuator/prometheus", answerMetrics),
  get("/api/version", answerVersion),
  get("/api/cookies", answerCookies),
  get("/api/request", answerRequest),
  get("/api/slow", answerSlowly),
  get("/api/late", answerSlowly),
  get("/api/header", answerWithHeader),
  get("/api/bytes", answerBytes),
  get("/api/events", streamEvents),
  get("/api/secrets", answerSecrets),
  get("/api/rows", listRows),
  {
    method: "POST",
    path: /^\/api\/uploads\/([A-Za-z0-9._:-]{1,100})$/,
    uri: "/api/uploads/{id}",
    answer: takeUpload,
  },
  { method: "POST", path: /^\/api\/rows$/, uri: "/api/rows", answer: createRow },
  { method: "GET", path: /^\/api\/rows\/([A-Za-z0-9._:-]{1,100})$/, uri: "/api/rows/{id}", answer: readRow },
];

function get(path: string, answer: Route["answer"]): Route {
  return { method: "GET", path: new RegExp(`^${path}$`), uri: path, answer };
}

function answerVersion(app: Application, call: Call): void {
  answerJson(call.response, 200, { ...echoed(call), ...identity(app.settings) });
}

/** The client's id of the request: with it, the client can match the answer to the request. */
function echoed(call: Call): { id?: string } {
  const id = call.query.get("id");
  return id === null ? {} : { id };
}

/** Answers the names of the received cookies. They show which cookies the gateway does not pass on. */
function answerCookies(app: Application, { request, response }: Call): void {
  const cookies = (request.headers.cookie ?? "").split(/; */).map((cookie) => cookie.split("=")[0] ?? "");
  answerJson(response, 200, { cookies: cookies.filter(Boolean), ...identity(app.settings) });
}

/** Answers what the gateway says of the request: how and for which host it came, and from whom. */
function answerRequest(app: Application, { request: { headers }, response }: Call): void {
  const { host, "x-forwarded-proto": scheme, "x-forwarded-for": client } = headers;
  answerJson(response, 200, { scheme, host, client, ...identity(app.settings) });
}

/** Answers any number of bytes up to 64 MiB, as fast as the client reads. */
async function answerBytes(_app: Application, { query, response }: Call): Promise<void> {
  const count = Number(query.get("count") ?? 1);
  if (!(Number.isInteger(count) && count >= 0 && count <= mostBytes)) {
    throw new BadRequest(`count must be a whole number from 0 to ${mostBytes}`);
  }
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": count });
  await pipeline(Readable.from(pieces(count)), response);
}

/** Answers with a header of that many kilobytes, up to 60. */
function answerWithHeader(app: Application, { query, response }: Call): void {
  const kilobytes = Number(query.get("kilobytes") ?? 1);
  if (!(Number.isInteger(kilobytes) && kilobytes >= 1 && kilobytes <= 60)) {
    throw new BadRequest("kilobytes must be a whole number from 1 to 60");
  }
  response.setHeader("x-long", "x".repeat(1024 * kilobytes));
  answerJson(response, 200, { kilobytes, ...identity(app.settings) });
}

function* pieces(count: number): Generator<Buffer> {
  const piece = Buffer.alloc(64 * 1024, "webnet ");
  for (let left = count; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

async function answerSlowly(app: Application, call: Call): Promise<void> {
  const seconds = Number(call.query.get("seconds") ?? 1);
  if (!(seconds >= 0 && seconds <= slowSeconds)) {
    throw new BadRequest(`seconds must be a number from 0 to ${slowSeconds}`);
  }
  await sleep(seconds * 1000);
  answerJson(call.response, 200, { ...echoed(call), seconds, ...identity(app.settings) });
}
