import type { Attack } from "./attack.ts";

type Header = readonly [name: string, value: string];

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  promise: 5,
  ping: 6,
  away: 7,
  window: 8,
  more: 9,
};
const flags = { endStream: 1, endHeaders: 4, padded: 8 };
const whole = flags.endStream | flags.endHeaders;

function frame(type: number, flag: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Headers by HPACK, each a literal that no table keeps. */
function packed(headers: readonly Header[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

function literal(content: string): Buffer {
  const bytes = Buffer.from(content, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

const settings = frame(types.settings, 0, 0);
const usual: readonly Header[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":authority", "localhost"],
  [":path", "/api/uploads/framed2"],
];
const method = (value: string): Header[] => [[":method", value], ...usual.slice(1)];
const path = (value: string): Header[] => [...usual.slice(0, 3), [":path", value]];
const authority = (value: string): Header[] => [
  ...usual.slice(0, 2),
  [":authority", value],
  ...usual.slice(3),
];

/** Attacks by HTTP/2, spoken from the first byte. */
export function http2Attacks(hidden: string): Attack[] {
  const asked = (name: string, headers: readonly Header[], body = ""): [string, Buffer[]] => [
    name,
    [
      frame(types.headers, body === "" ? whole : flags.endHeaders, 1, packed(headers)),
      ...(body === "" ? [] : [frame(types.data, flags.endStream, 1, Buffer.from(body))]),
    ],
  ];
  const many = (count: number, made: (at: number) => Buffer): Buffer[] =>
    Array.from({ length: count }, (_, at) => made(at));
  const cases: [string, Buffer[]][] = [
    asked("no pseudo-headers", [["x", "y"]]),
    asked("no method", usual.slice(1)),
    asked("no path", usual.slice(0, 3)),
    asked(
      "no scheme",
      usual.filter(([name]) => name !== ":scheme"),
    ),
    asked("two methods", [...usual, [":method", "GET"]]),
    asked("two paths", [...usual, [":path", "/"]]),
    asked("an unknown pseudo-header", [...usual, [":x", "y"]]),
    asked("a pseudo-header of an answer", [...usual, [":status", "200"]]),
    asked("a pseudo-header behind others", [["x", "y"], ...usual]),
    asked("capital letters", [...usual, ["X-Y", "z"]]),
    asked("an empty name", [...usual, ["", "z"]]),
    asked("a name with a colon", [...usual, ["x:y", "z"]]),
    asked("a name with a space", [...usual, ["x y", "z"]]),
    asked("a name with a line", [...usual, ["x\r\ny", "z"]]),
    asked("a value with a line", [...usual, ["x", `y\r\n\r\n${hidden}`]]),
    asked("a value with a zero", [...usual, ["x", "y\0z"]]),
    asked("a value with half a line", [...usual, ["x", "y\nTransfer-Encoding: chunked"]]),
    asked("a path with a line", path(`/ HTTP/1.1\r\nHost: localhost\r\n\r\n${hidden}`)),
    asked("a path with a space", path("/api/version HTTP/1.1")),
    asked("a path without a slash", path("api/version")),
    asked("an empty path", path("")),
    asked("a path out of it", path("/../../etc/passwd")),
    asked("a path of a star", path("*")),
    asked("a method with a space", method("GET /api/rows")),
    asked("a method with a line", method("GET\r\nX: y")),
    asked("a method in small letters", method("get")),
    asked("an empty method", method("")),
    asked("CONNECT", method("CONNECT")),
    asked("TRACE", method("TRACE")),
    asked("a host with a line", authority("localhost\r\nX: y")),
    asked("a host with a slash", authority("localhost/x")),
    asked("an empty host", authority("")),
    asked("two hosts", [...usual, ["host", "other.example"]]),
    asked("a length that is too short", [...usual, ["content-length", "1"]], hidden),
    asked("a length that is too long", [...usual, ["content-length", "100000"]], hidden),
    asked("a length that is none", [...usual, ["content-length", "x"]], hidden),
    asked("a length below zero", [...usual, ["content-length", "-1"]], hidden),
    asked("two lengths", [...usual, ["content-length", "1"], ["content-length", "2"]], hidden),
    asked("a body with another encoding", [...usual, ["transfer-encoding", "chunked"]], `0\r\n\r\n${hidden}`),
    [
      "headers without end",
      [
        frame(types.headers, 0, 1, packed(usual)),
        ...many(300, () => frame(types.more, 0, 1, packed([["x", "y".repeat(1000)]]))),
      ],
    ],
    ["more headers of nothing", [frame(types.more, flags.endHeaders, 1, packed(usual))]],
    ["a body of nothing", [frame(types.data, flags.endStream, 1, Buffer.from(hidden))]],
    ["a body of no stream", [frame(types.data, flags.endStream, 0, Buffer.from(hidden))]],
    ["a stream with an even number", [frame(types.headers, whole, 2, packed(usual))]],
    [
      "padding that is longer than its frame",
      [frame(types.headers, whole | flags.padded, 1, Buffer.from([200, 0]))],
    ],
    ["a frame that is too large", [frame(types.data, 0, 1, Buffer.alloc(20_000))]],
    ["a promise", [frame(types.promise, flags.endHeaders, 1, Buffer.alloc(8))]],
    ["settings of a stream", [frame(types.settings, 0, 1)]],
    ["settings of a wrong size", [frame(types.settings, 0, 0, Buffer.alloc(5))]],
    ["a ping of a wrong size", [frame(types.ping, 0, 0, Buffer.alloc(5))]],
    ["a window that opens by nothing", [frame(types.window, 0, 0, Buffer.alloc(4))]],
    [
      "a window that opens too far",
      many(2, () => frame(types.window, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))),
    ],
    ["no HPACK", [frame(types.headers, whole, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))]],
    ["an entry that no table has", [frame(types.headers, whole, 1, Buffer.from([0xfe]))]],
    ["a stream that depends on itself", [frame(types.priority, 0, 1, Buffer.from([0, 0, 0, 1, 0]))]],
    [
      "streams that are given up at once",
      many(2000, (at) =>
        Buffer.concat([
          frame(types.headers, whole, 2 * at + 1, packed(path("/api/slow?seconds=1"))),
          frame(types.reset, 0, 2 * at + 1, Buffer.from([0, 0, 0, 8])),
        ]),
      ),
    ],
    ["pings without end", many(20_000, () => frame(types.ping, 0, 0, Buffer.alloc(8)))],
    ["settings without end", many(20_000, () => settings)],
    [
      "empty bodies without end",
      [
        frame(types.headers, flags.endHeaders, 1, packed(usual)),
        ...many(5000, () => frame(types.data, 0, 1)),
      ],
    ],
  ];
  return [
    ...cases.map(([name, frames]) => ({
      name: `HTTP/2: ${name}`,
      bytes: Buffer.concat([preface, settings, ...frames]),
      isHttp2: true,
    })),
    {
      name: "HTTP/2: another preface",
      bytes: Buffer.from("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
      isHttp2: true,
    },
    { name: "HTTP/2: nothing behind the preface", bytes: preface, isHttp2: true },
  ];
}
