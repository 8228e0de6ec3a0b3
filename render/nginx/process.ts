import { block, type Directive } from "./directives.ts";

/** Port, inside the container, of the server for the exporter, the health check and the proof of a generation. */
export const internalPort = 8081;

/**
 * The same server, and the public one, for whoever is in this nginx's own container: two share the ports while the one
 * takes the other's place. The folder is memory and belongs to the container.
 */
export const internalSocket = "/tmp/internal.sock";

/** See {@link internalSocket}. */
export const publicSocket = "/tmp/public.sock";

/**
 * Whether an nginx takes connections from outside: `public`, `quiet` (none but those of its own container), or `standIn`
 * (those that no public one is there for).
 */
export type Listening = "public" | "quiet" | "standIn";

/** What nginx says of the worst alone, for its health check: above all that a worker was killed. */
export const alertsFile = "/tmp/alerts";

/** Where, in the network that all share, somebody listens as long as any nginx is public. */
export const presencePort = 8090;

/** How many processes serve one generation. `auto` would count the host's processors, not the container's share of them. */
export const workerProcesses = 2;

/** Between the end of the drain and the stop signal to the release: Pulumi's own work, on a busy host. */
const marginSeconds = 15;

interface ProcessOptions {
  drainSeconds: number;
  /** How long a release that was told to stop may take over what still runs. */
  backendStopSeconds: number;
  http: readonly Directive[];
}

/** The whole file: what holds for the process and for every request, around the given http directives. */
export function nginxFile({ drainSeconds, backendStopSeconds, http }: ProcessOptions): Directive[] {
  return [
    `worker_processes ${workerProcesses};`,
    // A proxied request takes two descriptors; the usual soft limit of 1024 is below that.
    "worker_rlimit_nofile 10000;",
    "pid /tmp/nginx.pid;",
    // At this level reloads and the end of superseded workers are told.
    "error_log /dev/stderr notice;",
    `error_log ${alertsFile} alert;`,
    // Longer than the drain: at its end a release that goes away is told to stop, and closes its streams itself, with
    // a close frame or a last event. nginx would only cut them, so that it must outlive the release's stop.
    `worker_shutdown_timeout ${drainSeconds + backendStopSeconds + marginSeconds}s;`,
    block("events", "worker_connections 4096;"),
    block("http", ...httpDefaults(), ...http),
  ];
}

function httpDefaults(): Directive[] {
  return [
    "include /etc/nginx/mime.types;",
    // Not in every nginx's list; a browser refuses a module of another type.
    block("types", "text/javascript mjs;", "application/manifest+json webmanifest;"),
    "default_type application/octet-stream;",
    "server_tokens off;",
    // By HTTP/2 without TLS each file would come 40 ms late: its head waits for the client's delayed acknowledgement.
    "sendfile off;",
    // A release's files never change under their path; what is missing is looked for each time.
    "open_file_cache max=1000 inactive=60s;",
    "open_file_cache_valid 5s;",
    // The published port differs from the container's: a redirect must not name either.
    "absolute_redirect off;",
    "keepalive_timeout 65s;",
    // Without it a reload resets idle keep-alive connections just as a client reuses them. No longer than the shortest
    // drain that the settings allow: after it, no idle connection leads to a superseded release any more.
    "keepalive_min_timeout 10s;",
    // Whoever speaks it from the first byte; browsers ask for it by TLS only. On a reload a worker says by GOAWAY which
    // streams it has not begun, and a client may send those again whatever their method.
    "http2 on;",
    // Cookies of a whole domain add up; the backend has a limit of its own. Nothing bounds how many clients send headers
    // at the same time, but for the connections.
    "large_client_header_buffers 2 16k;",
    "client_header_timeout 15s;",
    "client_body_timeout 15s;",
    "server_names_hash_bucket_size 512;",
    // All the maps' variables; with the 1024 of nginx itself each test of a configuration would warn.
    "variables_hash_max_size 2048;",
    // All five: each module makes its directory at start, and the compiled-in ones are read-only here.
    "client_body_temp_path /var/cache/nginx/client_temp;",
    "proxy_temp_path /var/cache/nginx/proxy_temp;",
    "fastcgi_temp_path /var/cache/nginx/fastcgi_temp;",
    "uwsgi_temp_path /var/cache/nginx/uwsgi_temp;",
    "scgi_temp_path /var/cache/nginx/scgi_temp;",
  ];
}

/**
 * The server that is not published: `/healthz`, `/nginx_status`, and for its own container alone `/.webnet/generation`
 * and `/.webnet/listening`, which tell what this nginx really does.
 *
 * @param further locations of it
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
    // For the exporter, whatever addresses the engine gives its networks: the port is never published.
    block("location = /nginx_status", "stub_status;"),
    forOwnContainer("/.webnet/generation", generation),
    forOwnContainer("/.webnet/listening", listening),
    ...further,
    block("location /", "return 404;"),
  );
}

/** `return` comes before `allow` and `deny`, which therefore would not hold. */
export const ownContainerAlone = block('if ($remote_addr != "unix:")', "return 404;");

/** Answers `/healthz` without a line in the access log. */
export function health(): Directive {
  return block("location = /healthz", "access_log off;", "default_type text/plain;", 'return 200 "ok\\n";');
}

/**
 * A server's listen lines.
 *
 * @param parameters of every line, such as `default_server`
 * @param options of the port, which may stand in one server only
 */
export function listens(
  port: number,
  socket: string,
  listening: Listening,
  parameters = "",
  options = "",
): string[] {
  const words = (...parts: string[]): string => `listen ${parts.filter(Boolean).join(" ")};`;
  return [
    ...(listening === "quiet" ? [] : [words(String(port), parameters, options)]),
    words(`unix:${socket}`, parameters),
  ];
}

function forOwnContainer(path: string, answer: string): Directive {
  return block(`location = ${path}`, ownContainerAlone, `return 200 "${answer}\\n";`);
}
