import { connect } from "node:net";
import type { Attack } from "./attack.ts";
import { http2Attacks } from "./attacks-by-http2.ts";

/** What came of one. Good is an error of the client's, or a closed connection. */
export interface Outcome {
  name: string;
  answer: string;
  isGood: boolean;
}

const patience = 15_000;
/** What nginx takes, and may: it drops a line that is no header, and reads pseudo-headers wherever they stand. */
const harmless = [String.raw`headers "Host: localhost\r\nX"`, "HTTP/2: a pseudo-header behind others"];
const host = "Host: localhost\r\n";
const hidden = (id: string): string => {
  const body = JSON.stringify({ id, text: "smuggled" });
  return `POST /api/rows HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

/** Lines that are no request's first. */
const firstLines = [
  "GET",
  "GET /",
  "GET / HTTP/9.9",
  "GET / HTTP/1.1.1",
  "GET / HTP/1.1",
  "GET / HTTP/-1.1",
  "GET / http/1.1",
  "GET / HTTP/1.1 x",
  "get / HTTP/1.1",
  "GE T / HTTP/1.1",
  "G\0T / HTTP/1.1",
  "G\x7fT / HTTP/1.1",
  "\tGET / HTTP/1.1",
  " GET / HTTP/1.1",
  "GET\t/ HTTP/1.1",
  "GET /\0 HTTP/1.1",
  "GET /a\x01b HTTP/1.1",
  "GET /%00 HTTP/1.1",
  String.raw`GET /api/.\actuator/prometheus HTTP/1.1`,
  "GET /api/x/..%2factuator/prometheus HTTP/1.1",
  "GET /api/#/../actuator/prometheus HTTP/1.1",
  // A pattern that looked for each pair of these took a quarter of a second.
  `GET /api/exited%20on%20signal${";/".repeat(3900)} HTTP/1.1`,
  "GET /%zz HTTP/1.1",
  "GET /%2 HTTP/1.1",
  "GET /../../etc/passwd HTTP/1.1",
  "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
  "GET /assets/..%2f..%2f.releases/x HTTP/1.1",
  "GET /.git/config HTTP/1.1",
  "GET /assets/.published HTTP/1.1",
  "GET /api/actuator/env HTTP/1.1",
  "GET /api/x;/../actuator/env HTTP/1.1",
  "GET /api/%61ctuator/heapdump HTTP/1.1",
  "GET api/version HTTP/1.1",
  "GET \\api HTTP/1.1",
  "GET http:///api/version HTTP/1.1",
  "GET http://other.example:99999/ HTTP/1.1",
  "GET * HTTP/1.1",
  "CONNECT localhost:443 HTTP/1.1",
  "CONNECT / HTTP/1.1",
  "TRACE / HTTP/1.1",
  "PRI * HTTP/1.1",
  `GET /${"a".repeat(70_000)} HTTP/1.1`,
  `GET /?${"a=b&".repeat(17_000)} HTTP/1.1`,
  `${"A".repeat(70_000)} / HTTP/1.1`,
];

/** Headers that no request may have. */
const badHeaders = [
  "",
  "Host: localhost\r\nHost: localhost",
  "Host: localhost\r\nHost: other.example",
  "Host: local host",
  "Host: local\0host",
  "Host: localhost/../x",
  "Host: local\x01host",
  "Host:",
  "Host : localhost",
  "Host: localhost\r\n: x",
  "Host: localhost\r\nX",
  "Host: localhost\r\nX Y: z",
  "Host: localhost\r\nX : z",
  "Host: localhost\r\nX\0: z",
  "Host: localhost\r\nX: a\0b",
  "Host: localhost\r\nX: a\rb",
  "Host: localhost\r\nX: a\x00",
  "Host: localhost\r\n\x01X: a",
  "Host: localhost\r\nX\t: a",
  "Host: localhost\r\nX-\x7f: a",
  `Host: localhost\r\nX: ${"x".repeat(70_000)}`,
  `Host: localhost\r\n${"x".repeat(70_000)}: x`,
  `Host: localhost\r\nCookie: ${"a=b; ".repeat(14_000)}`,
  `Host: localhost\r\n${Array.from({ length: 900 }, (_, at) => `X-${at}: ${"y".repeat(100)}`).join("\r\n")}`,
  `Host: ${"a".repeat(70_000)}`,
  "Host: localhost\r\nX-Webnet-Release: blue",
  "Host: localhost\r\nX-Webnet-Release: blue\r\nX-Webnet-Token: 0",
  "Host: localhost\r\nX-Webnet-Release: blue-00000000:x\r\nX-Webnet-Token: ",
];

/** Framing of bodies by which two servers could see two different requests. */
const framings = [
  "Content-Length: -1",
  "Content-Length: +5",
  "Content-Length: 0x5",
  "Content-Length: 5,5",
  "Content-Length: 5;",
  "Content-Length: 5 6",
  "Content-Length: five",
  "Content-Length: 5.0",
  "Content-Length: 99999999999999999999",
  "Content-Length: 18446744073709551617",
  "Content-Length: 5\r\nContent-Length: 6",
  "Content-Length: 5\r\nContent-Length: 5",
  "Content-Length: \x005",
  "Content-Length: 5\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nContent-Length: 5",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked;x=y",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: chunked\x00",
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding : chunked",
  "Transfer_Encoding: chunked\r\nTransfer-Encoding: x",
  "X: y\rTransfer-Encoding: chunked",
  "Content-Length : 5",
  "Content-Length: 20000000",
];

/** Chunks that are none. */
const chunks = [
  "G\r\nhello\r\n0\r\n\r\n",
  "-1\r\nhello\r\n0\r\n\r\n",
  "0x5\r\nhello\r\n0\r\n\r\n",
  " 5\r\nhello\r\n0\r\n\r\n",
  "\x005\r\nhello\r\n0\r\n\r\n",
  "FFFFFFFFFFFFFFFFF\r\nhello",
  "7FFFFFFFFFFFFFFF\r\nhello",
  "5\r\nhelloX0\r\n\r\n",
  "5hello\r\n0\r\n\r\n",
  "5\rhello\r\n0\r\n\r\n",
  "\r\n5\r\nhello\r\n0\r\n\r\n",
  "5,5\r\nhello\r\n0\r\n\r\n",
];

/** Ends of what is said too slowly, or never: the gateway must not wait for the rest. */
const unfinished = [
  "G",
  "GET / HTTP/1.1\r\n",
  `GET / HTTP/1.1\r\n${host}`,
  `GET / HTTP/1.1\r\n${host}X: ${"y".repeat(500)}`,
  `POST /api/uploads/slow-1 HTTP/1.1\r\n${host}Content-Length: 100\r\n\r\nx`,
  `POST /api/uploads/slow-2 HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`,
  `POST /api/uploads/slow-3 HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`,
  `POST /api/rows HTTP/1.1\r\n${host}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
  "PRI * HTTP/2.0\r\n\r\n",
  "\x16\x03\x01",
  "\0",
];

const text = (name: string, content: string): Attack => ({ name, bytes: Buffer.from(content, "latin1") });
const shown = (content: string): string => JSON.stringify(content.slice(0, 60));

/** All of them. Behind most hides a request that would store a row, if it came to the backend. */
export const attacks: readonly Attack[] = [
  ...firstLines.map((line) => text(`first line ${shown(line)}`, `${line}\r\n${host}\r\n`)),
  ...badHeaders.flatMap((headers) => [
    text(`headers ${shown(headers)}`, `GET /api/version HTTP/1.1\r\n${headers}\r\n\r\n`),
    text(
      `posted headers ${shown(headers)}`,
      `POST /api/rows HTTP/1.1\r\n${headers}\r\nContent-Length: 0\r\n\r\n`,
    ),
  ]),
  ...framings.flatMap((framing) => [
    text(
      `framing ${shown(framing)}`,
      `POST /api/uploads/framed HTTP/1.1\r\n${host}${framing}\r\n\r\n0\r\n\r\n${hidden("smuggled")}`,
    ),
    text(
      `framing by HTTP/1.0 ${shown(framing)}`,
      `POST /api/uploads/framed HTTP/1.0\r\n${host}${framing}\r\n\r\n0\r\n\r\n`,
    ),
  ]),
  ...chunks.map((chunk) =>
    text(
      `chunk ${shown(chunk)}`,
      `POST /api/uploads/chunked HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${chunk}`,
    ),
  ),
  ...unfinished.map((content) => text(`unfinished ${shown(content)}`, content)),
  ...http2Attacks(hidden("smuggled2")),
];

/** Sends one, and says what came of it. */
export async function strike(port: number, { name, bytes, isHttp2 = false }: Attack): Promise<Outcome> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const got: Buffer[] = [];
    const end = (how: string): void => {
      clearTimeout(timer);
      socket.destroy();
      const all = Buffer.concat(got);
      const answer = isHttp2
        ? statusByHttp2(all)
        : (/^HTTP\/1\.[01] (\d{3})/.exec(all.toString("latin1"))?.[1] ?? "");
      const isRefused = /^(?:4\d\d|501|505|reset|)$/.test(answer);
      const isOver = how === "closed" || answer !== "";
      // Whoever asked whether to go on, and did not, was told so.
      const isGood =
        (isRefused && isOver) || harmless.includes(name) || (answer === "100" && how === "closed");
      resolve({ name, answer: `${answer} ${how}`, isGood });
    };
    const timer = setTimeout(() => {
      end("still open");
    }, patience);
    socket.on("data", (data) => got.push(data));
    socket.on("error", () => {
      end("closed");
    });
    socket.on("close", () => {
      end("closed");
    });
    socket.write(bytes);
  });
}

/** The status of the first answer among the frames, or that the request was reset. Empty if there is neither. */
function statusByHttp2(all: Buffer): string {
  const [headers, reset] = [1, 3];
  for (let at = 0; at + 9 <= all.length; at += 9 + all.readUIntBE(at, 3)) {
    if (all[at + 3] === reset) return "reset";
    if (all[at + 3] !== headers) continue;
    const first = all[at + 9] ?? 0;
    // HPACK's static table has seven statuses from 8 on; others follow in plain digits.
    const known = ["200", "204", "206", "304", "400", "404", "500"][(first & 0x7f) - 8];
    return first >= 0x80 ? (known ?? `index ${first}`) : all.toString("latin1", at + 11, at + 14);
  }
  return "";
}
