import { headerLines, stopMarginSeconds } from "../../settings/bounds.ts";
import { block, type Directive } from "./directives.ts";
import type { ToldTraffic } from "./told-traffic.ts";

/**
 * Port, inside the container, of the exporter's server; the health check and the proof of a generation use its socket.
 */
export const internalPort = 8081;

/**
 * The same server, and the public one, for requests from this nginx's own container: two nginx share the ports while
 * one replaces the other. The folder is memory and belongs to the container.
 */
export const internalSocket = "/tmp/internal.sock";

/** See {@link internalSocket}. */
export const publicSocket = "/tmp/public.sock";

/**
 * How an nginx takes connections from outside: `public` (all), `quiet` (only from its own container), or `standIn`
 * (only while no public one runs).
 */
export type Listening = "public" | "quiet" | "standIn";

/** Where nginx's first process notes its number, once it takes signals. */
export const pidFile = "/tmp/nginx.pid";

/** nginx's most severe log messages, for its health check: above all that a worker was killed. */
export const alertsFile = "/tmp/alerts";

/**
 * nginx's logs. The gateway's start makes both of them links to files in memory: on the container's output, a worker
 * would wait, with all its requests, whenever the engine reads none of it.
 */
export const logFiles = { access: "/tmp/access.log", error: "/tmp/error.log" } as const;

/** Where an nginx writes that has no such links: the edge's own one, with few requests at rare times. */
const output = { access: "/dev/stdout", error: "/dev/stderr" } as const;

/** Where an nginx that listens in this way logs. */
export function logsOf(listening: Listening): Record<keyof typeof logFiles, string> {
  return listening === "standIn" ? output : logFiles;
}

/** Port in the shared network on which something listens as long as any nginx is public. */
export const presencePort = 8090;

/** Number of worker processes per generation. `auto` would count the host's processors, not the container's share. */
export const workerProcesses = 2;

interface ProcessOptions {
  listening: Listening;
  drainSeconds: number;
  /** How long a stopping release may take to finish its requests. */
  backendStopSeconds: number;
  traffic: Pick<ToldTraffic, "times" | "headerKilobytes">;
  http: readonly Directive[];
}

/** The whole file: the settings of the process and of every request, around the given http directives. */
export function nginxFile({
  listening,
  drainSeconds,
  backendStopSeconds,
  traffic,
  http,
}: ProcessOptions): Directive[] {
  const { streamDrain = 0 } = traffic.times;
  const endSeconds = Math.max(drainSeconds + backendStopSeconds + stopMarginSeconds, streamDrain);
  return [
    `worker_processes ${workerProcesses};`,
    // A proxied request takes two descriptors, and the usual soft limit is only 1024.
    "worker_rlimit_nofile 10000;",
    `pid ${pidFile};`,
    // This level includes reloads and the end of superseded workers.
    `error_log ${logsOf(listening).error} notice;`,
    `error_log ${alertsFile} alert;`,
    // Longer than the drain: at its end the update stops the superseded release, which then closes its streams itself,
    // with a close frame or a last event. nginx would only cut them, so its workers must outlive the release's stop.
    `worker_shutdown_timeout ${endSeconds}s;`,
    block("events", "worker_connections 4096;"),
    block("http", ...httpDefaults(traffic), ...http),
  ];
}

/** All five: each module makes its directory at start, and the compiled-in paths are read-only here. */
export const temporaryPaths: readonly Directive[] = [
  "client_body_temp_path /var/cache/nginx/client_temp;",
  "proxy_temp_path /var/cache/nginx/proxy_temp;",
  "fastcgi_temp_path /var/cache/nginx/fastcgi_temp;",
  "uwsgi_temp_path /var/cache/nginx/uwsgi_temp;",
  "scgi_temp_path /var/cache/nginx/scgi_temp;",
];

function httpDefaults({ times, headerKilobytes }: ProcessOptions["traffic"]): Directive[] {
  return [
    "include /etc/nginx/mime.types;",
    // Not every nginx lists these; a browser refuses a module of another type.
    block("types", "text/javascript mjs;", "application/manifest+json webmanifest;"),
    "default_type application/octet-stream;",
    "server_tokens off;",
    // With sendfile, HTTP/2 without TLS delays each file by 40 ms: its head waits for the client's delayed
    // acknowledgement.
    "sendfile off;",
    // A release's files never change under their path. nginx looks for a missing one each time.
    "open_file_cache max=1000 inactive=60s;",
    "open_file_cache_valid 5s;",
    // The published port differs from the container's: a redirect must name neither.
    "absolute_redirect off;",
    "keepalive_timeout 65s;",
    // Without it a reload resets idle keep-alive connections just as a client reuses them. At most the shortest drain
    // that the settings allow: after the drain, no idle connection leads to a superseded release.
    "keepalive_min_timeout 10s;",
    // For clients that speak HTTP/2 from the first byte; browsers ask for it by TLS only. On a reload a worker says by
    // GOAWAY which streams it has not begun, and a client may send those again whatever their method.
    "http2 on;",
    // The cookies of a whole domain add up; the backend has its own limit. Only the number of connections bounds how
    // many clients send headers at the same time.
    `large_client_header_buffers ${headerLines} ${headerKilobytes.request}k;`,
    `client_header_timeout ${times.header}s;`,
    `client_body_timeout ${times.body}s;`,
    "server_names_hash_bucket_size 512;",
    // For all the maps' variables: with nginx's own 1024, each configuration test would warn.
    "variables_hash_max_size 2048;",
    ...temporaryPaths,
  ];
}

/**
 * The server on the unpublished port: `/healthz`, `/nginx_status`, and, for its own container only,
 * `/.webnet/generation` and `/.webnet/listening`, which tell what this nginx really does.
 *
 * @param further its other locations
 */
export function internalServer(
  generation: string,
  listening: Listening,
  further: readonly Directive[] = [],
): Directive {
  return block(
    "server",
    ...listens(internalPort, internalSocket, listening, "", "reuseport"),
    ...(listening === "public" ? [`listen 127.0.0.1:${presencePort} reuseport;`] : []),
    "server_name _;",
    "access_log off;",
    "default_type text/plain;",
    health(),
    // Open to every address, because the engine chooses its networks' addresses. The port is never published.
    block("location = /nginx_status", "stub_status;"),
    forOwnContainer("/.webnet/generation", generation),
    forOwnContainer("/.webnet/listening", listening),
    ...further,
    block("location /", "return 404;"),
  );
}

/** Uses `if`, because nginx runs `return` before `allow` and `deny`, which would have no effect. */
export const ownContainerAlone = block('if ($remote_addr != "unix:")', "return 404;");

/** Answers `/healthz` without a line in the access log. */
export function health(): Directive {
  return block("location = /healthz", "access_log off;", "default_type text/plain;", 'return 200 "ok\\n";');
}

/**
 * A server's listen lines.
 *
 * @param parameters for every line, such as `default_server`
 * @param options for the port, which nginx accepts in one server only
 */
export function listens(
  port: number,
  socket: string,
  listening: Listening,
  parameters = "",
  options = "",
): string[] {
  return [
    ...(listening === "quiet" ? [] : [listenLine(port, parameters, options)]),
    listenLine(`unix:${socket}`, parameters),
  ];
}

/** One listen line. Leaves out empty parameters. */
export function listenLine(at: number | string, ...parameters: string[]): string {
  return `listen ${[String(at), ...parameters].filter(Boolean).join(" ")};`;
}

function forOwnContainer(path: string, answer: string): Directive {
  return block(`location = ${path}`, ownContainerAlone, `return 200 "${answer}\\n";`);
}
