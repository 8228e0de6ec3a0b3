import assert from "node:assert/strict";
import { renderBootstrap, renderGateway, rendererDigest, type GatewayRoute } from "../../../render/nginx.ts";
import { location, rendered, route, server } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only, parseNginx, type Parsed } from "./nginx-parser.ts";

/** A server's listen lines, each as one text. */
const listens = (of: readonly Parsed[]): string[] =>
  all(of, "listen").map(({ words }) => words.slice(1).join(" "));

describe("render/nginx: the process", () => {
  it("writes only where a read-only container lets it", () => {
    const { root, http } = rendered();
    const paths = deep(http).filter(({ words }) => words[0]?.endsWith("_temp_path"));
    assert.equal(paths.length, 5);
    for (const { words } of paths) assert.match(words[1] ?? "", /^\/var\/cache\/nginx\//);
    assert.deepEqual(only(root, "pid"), ["/tmp/nginx.pid"]);
    assert.deepEqual(
      all(root, "error_log").map(({ words }) => words.slice(1)),
      [
        ["/tmp/error.log", "notice"],
        ["/tmp/alerts", "alert"],
      ],
    );
    assert.deepEqual(only(http, "access_log"), ["/tmp/access.log", "json"]);
    const files = renderGateway(route);
    assert.doesNotMatch(files["quiet.conf"], /\/dev\/std/);
    assert.match(files["stand-in.conf"], /error_log \/dev\/stderr notice;[^]*access_log \/dev\/stdout json;/);
  });

  it("keeps superseded workers until a release that was drained has stopped", () => {
    const { root } = rendered({ drainSeconds: 42, backendStopSeconds: 30 });
    assert.deepEqual(only(root, "worker_shutdown_timeout"), ["87s"]);
  });

  it("keeps idle connections over a reload, and no longer than the shortest drain", () => {
    assert.deepEqual(only(rendered().http, "keepalive_min_timeout"), ["10s"]);
  });

  it("speaks HTTP/2 beside HTTP/1.1, and sends its files without a pause after their heads", () => {
    assert.deepEqual(only(rendered().http, "http2"), ["on"]);
    assert.deepEqual(only(rendered().http, "sendfile"), ["off"]);
  });

  it("names its generation to its own container only, and never in public", () => {
    const { http, site } = rendered();
    const proof = location(server(http, "8081"), "=", "/.webnet/generation");
    assert.deepEqual(only(proof, "return"), ["200", "g7\\n"]);
    assert.deepEqual(only(inside(proof, "if", "($remote_addr", "!=", "unix:", ")"), "return"), ["404"]);
    assert.doesNotMatch(JSON.stringify(site), /g7|stub_status/);
  });
});

describe("render/nginx: an nginx beside another one", () => {
  const quiet = (change: Partial<GatewayRoute>): Parsed[] =>
    inside(parseNginx(renderGateway({ ...route, ...change })["quiet.conf"]), "http");
  const listensIn = (http: readonly Parsed[]): string[] =>
    all(http, "server").flatMap(({ body }) => listens(body));

  for (const serverName of ["localhost", "example.org"]) {
    it(`shares every port with it, for ${serverName}, each by one option`, () => {
      const lines = listensIn(rendered({ serverName }).http).filter((line) => !line.startsWith("unix:"));
      const ports = new Set(lines.map((line) => line.split(" ")[0]));
      assert.deepEqual(ports, new Set(["80", "8081", "127.0.0.1:8090"]));
      for (const port of ports) {
        const shared = lines.filter((line) => line.startsWith(`${port} `) && line.endsWith("reuseport"));
        assert.equal(shared.length, 1, port);
      }
    });

    it(`takes no connection but its own container's while it is quiet, for ${serverName}`, () => {
      for (const line of listensIn(quiet({ serverName }))) assert.match(line, /^unix:\/tmp\//);
    });
  }

  it("that stands in takes the same connections, and doesn't pass for one of them", () => {
    const text = renderGateway(route)["stand-in.conf"];
    const lines = listensIn(inside(parseNginx(text), "http")).filter((line) => !line.startsWith("unix:"));
    assert.deepEqual(lines, ["8081 reuseport", "80 default_server reuseport"]);
  });

  it("says itself whether it is, and differs in nothing else", () => {
    const says = (http: readonly Parsed[]) =>
      only(location(server(http, "unix:/tmp/internal.sock"), "=", "/.webnet/listening"), "return");
    assert.deepEqual(says(rendered().http), ["200", "public\\n"]);
    assert.deepEqual(says(quiet({})), ["200", "quiet\\n"]);
    const rest = (http: readonly Parsed[]) =>
      JSON.stringify(http, (_, value: unknown) =>
        Array.isArray(value) ? value.filter((one: Partial<Parsed>) => one.words?.[0] !== "listen") : value,
      ).replaceAll("quiet", "public");
    assert.equal(rest(quiet({})), rest(rendered().http));
  });
});

describe("render/nginx: the log", () => {
  it("is JSON, with the container's name as `service`", () => {
    const { http } = rendered();
    const format = only(http, "log_format");
    assert.deepEqual(format.slice(0, 2), ["json", "escape=json"]);
    const line = (format[2] ?? "").replace(/:\$\w+/g, ":0");
    const entry = JSON.parse(line) as Record<string, unknown>;
    for (const field of ["time", "request_id", "status", "color", "release", "guarded", "upstream_addr"]) {
      assert.ok(field in entry, field);
    }
    assert.equal(entry["service"], "$service");
    assert.equal(
      mapped(inside(http, "map", "$served_release", "$service"), "blue-1a2b3c4d"),
      "webnet-local-backend-$served_release",
    );
    assert.equal(mapped(inside(http, "map", "$status", "$logged_status"), "000"), "0");
  });

  const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");
  const logged = (field: string, variable: string, bytes: string): string => {
    const { http } = rendered();
    const short = inside(http, "map", `$${variable}`, `$short_${field}`);
    const whole = inside(http, "map", `$short_${field}`, `$logged_${field}`);
    // nginx works on bytes: here each byte is one character, those of the mark too.
    const asBytes = (text: string) => text.replaceAll("…", bytesOf("…"));
    const cut = asBytes(mapped(short, bytes)).replace(/^\$\w+$/, bytes);
    return asBytes(mapped(whole, cut));
  };

  for (const [what, bytes, left] of [
    ["nothing", "", ""],
    ["plain text", "/a?b=c", "/a?b=c"],
    ["text in UTF-8", bytesOf("/ü€😀\u{10FFFF}\u{FFFD}"), bytesOf("/ü€😀\u{10FFFF}\u{FFFD}")],
    ["a stray byte", "/a\xFFb", bytesOf("/a…")],
    ["a byte that only goes on", "\x80", bytesOf("…")],
    ["a character that is cut off", "/\xE2\x82", bytesOf("/…")],
    ["a character in more bytes than it needs", "/\xC0\xAF\xE0\x80\xAF", bytesOf("/…")],
    ["half of a surrogate pair", "/\xED\xA0\x80", bytesOf("/…")],
    ["what is beyond Unicode", "/\xF4\x90\x80\x80", bytesOf("/…")],
    ["as many bytes as there may be", "a".repeat(500), "a".repeat(500)],
    ["one byte more", "a".repeat(501), bytesOf(`${"a".repeat(500)}…`)],
    ["a character across the last byte", bytesOf(`${"a".repeat(499)}€`), bytesOf(`${"a".repeat(499)}…`)],
  ] as const) {
    it(`shows of ${what} what is UTF-8 and not too long`, () => {
      assert.equal(logged("user_agent", "http_user_agent", bytes), left);
    });
  }

  it("shows nothing that a client decides as it came", () => {
    const [, , format = ""] = only(rendered().http, "log_format");
    assert.doesNotMatch(format, /\$(?:http_|request_uri|request_method|host\b|uri|args|cookie)/);
    for (const [field, variable] of [
      ["method", "request_method"],
      ["host", "host"],
      ["uri", "request_uri"],
      ["referer", "http_referer"],
      ["user_agent", "http_user_agent"],
    ] as const) {
      assert.ok(format.includes(`"${field}":"$logged_${field}"`), field);
      assert.equal(logged(field, variable, "a\xFF"), bytesOf("a…"));
    }
    assert.equal(logged("method", "request_method", "UPDATEREDIRECTREF"), "UPDATEREDIRECTREF");
    assert.equal(logged("method", "request_method", "A".repeat(16_000)), bytesOf(`${"A".repeat(32)}…`));
  });
});

describe("render/nginx: host names", () => {
  it("answers to every name when its own is localhost", () => {
    const { http, site } = rendered();
    assert.deepEqual(listens(site), ["80 default_server reuseport", "unix:/tmp/public.sock default_server"]);
    assert.doesNotMatch(JSON.stringify(http), /421/);
  });

  it("answers 421 to other names, but is healthy for all", () => {
    const { http, site } = rendered({ serverName: "example.org" });
    assert.deepEqual(only(site, "server_name"), ["example.org"]);
    assert.deepEqual(listens(site), ["80 reuseport", "unix:/tmp/public.sock"]);
    const other = all(http, "server").find(({ body }) => listens(body).includes("80 default_server"));
    assert.deepEqual(only(location(other?.body ?? [], "/"), "return"), ["421"]);
    assert.deepEqual(only(location(other?.body ?? [], "=", "/healthz"), "return"), ["200", "ok\\n"]);
  });
});

describe("render/nginx: before the first route", () => {
  it("is healthy, names itself bootstrap and asks others to come back", () => {
    const http = inside(parseNginx(renderBootstrap({ listenPort: 80 })["nginx.conf"]), "http");
    const site = server(http, "80");
    assert.deepEqual(only(location(site, "=", "/healthz"), "return"), ["200", "ok\\n"]);
    assert.deepEqual(only(location(site, "/"), "return"), ["503"]);
    assert.deepEqual(only(location(site, "/"), "add_header"), ["Retry-After", "5", "always"]);
    const proof = location(server(http, "8081"), "=", "/.webnet/generation");
    assert.deepEqual(only(proof, "return"), ["200", "bootstrap\\n"]);
  });
});

describe("render/nginx: a route that cannot be rendered", () => {
  const cases: readonly (readonly [Partial<GatewayRoute>, string])[] = [
    [{ generation: "a b" }, 'generation: got "a b", allowed is up to 64 of A-Z a-z 0-9 . _ -'],
    [{ serverName: "a;b" }, 'serverName: got "a;b", allowed is a host name, or _'],
    [{ keptReleases: ["../x"] }, 'release: got "../x", allowed is blue- or green- and 8 hexadecimal digits'],
    [
      { active: { release: "blue-1a2b3c4d", color: "green" } },
      'active.color: got "green", allowed is the color of release blue-1a2b3c4d',
    ],
    [
      { canary: { release: "blue-00000001", percent: 1 } },
      'canary.release: got "blue-00000001", allowed is a release of another color than blue-1a2b3c4d',
    ],
    [
      { canary: { release: "green-00000001", percent: 51 } },
      "canary.percent: got 51, allowed is a whole number from 1 to 50",
    ],
    [
      { backendHostPrefix: "a b" },
      'backendHostPrefix: got "a b", allowed is the beginning of a container name',
    ],
    [{ guardToken: "short" }, 'guardToken: got "5 characters", allowed is 32 to 64 letters and digits'],
    [{ resolver: "dns" }, 'resolver: got "dns", allowed is an IPv4 address'],
    [{ listenPort: 0 }, "listenPort: got 0, allowed is a whole number from 1 to 65535"],
    [{ drainSeconds: 1.5 }, "drainSeconds: got 1.5, allowed is a whole number from 1 to 86400"],
  ];
  for (const [change, problem] of cases) {
    it(problem, () => {
      assert.throws(() => renderGateway({ ...route, ...change }), {
        message: `The gateway's route cannot be rendered:\n  ${problem}`,
      });
    });
  }

  it("tells every problem at once", () => {
    assert.throws(
      () => renderGateway({ ...route, guardToken: "x", listenPort: 0 }),
      /guardToken[^]*listenPort/,
    );
  });
});

describe("render/nginx: the renderer's digest", () => {
  it("is the same at every call", () => {
    assert.match(rendererDigest(), /^[0-9a-f]{8}$/);
    assert.equal(rendererDigest(), rendererDigest());
  });
});
