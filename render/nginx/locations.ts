import { afterFiles, backendsMissing, isWithoutFrontend, loneBackend } from "./alone.ts";
import { backendOf, hiddenLocations } from "./backend.ts";
import { block, type Directive } from "./directives.ts";
import { mayBeHashed, ofOneBuild } from "./hashed.ts";
import { answerHeaders } from "./headers.ts";
import { proxied, streamLocation } from "./proxy.ts";
import { routeRates } from "./rates.ts";
import { frontendMount, type GatewayRoute } from "./route.ts";

/** A name that no file has: nginx refuses names with a dot first. */
const noFile = ".none";

/** A file's time stands for its release, and is no time to tell: see `releaseTime`. */
const noTime = { "Last-Modified": "" };

const dotFile = "/\\.(?!well-known/)";

const compressible = [
  "text/css",
  "text/plain",
  "text/javascript",
  "application/javascript",
  "application/json",
  "application/manifest+json",
  "application/wasm",
  "application/xml",
  "image/svg+xml",
];

/**
 * The fallback of an address that ends like a file's: the page if the client goes to it as to a page, otherwise a file
 * that never exists.
 */
export function frontendMaps({ unknownAddresses }: GatewayRoute): Directive[] {
  const isOnePage = unknownAddresses === "index";
  return [
    block(
      'map "$http_sec_fetch_mode:$http_accept" $page_instead',
      `default ${noFile};`,
      ...(isOnePage ? ['"~*^navigate:" index.html;', '"~*^[^:]*:.*text/html" index.html;'] : []),
    ),
    block("map $uri $folder", `default ${noFile};`, '"~[^/]$" $uri;'),
    // What the client has sent, still encoded. Two slashes at the start would name another host.
    block(
      "map $request_uri $folder_address",
      "default /;",
      String.raw`"~^/+(?<folder_path>[^?\x5c]+)(?<folder_query>\?.*)?$" /$folder_path/$folder_query;`,
    ),
  ];
}

/** Leads from a folder with a page to its address with a slash: only there do the page's relative links hold. */
function folderLed(): Directive {
  return block(`if (-f ${frontendMount}/$release$folder/index.html)`, "return 308 $folder_address;");
}

/** The base path, usually `/api`, and all below it: for the backend of the request's release, if it has one. */
export function apiLocations(route: GatewayRoute): Directive[] {
  const { basePath } = backendOf(route);
  const missing = backendsMissing(route);
  if (missing === "all")
    return [`location = ${basePath}`, `location ^~ ${basePath}/`].map((head) => block(head, "return 404;"));
  const only = missing === "some" ? [block('if ($has_backend = "")', "return 404;")] : [];
  return [
    block(`location = ${basePath}`, ...only, ...proxied(route)),
    block(`location ^~ ${basePath}/`, ...hiddenLocations(route), ...only, ...proxied(route)),
    streamLocation(route),
  ];
}

/**
 * The frontend of the request's release. Files with a hash in their name also come from all releases that serve or
 * served lately, and from the newest.
 */
export function frontendLocations(route: GatewayRoute): Directive[] {
  const last = afterFiles(route);
  const hidden = block(
    `location ~ "${dotFile}"`,
    isWithoutFrontend(route) ? `try_files /${noFile} ${last};` : "return 404;",
  );
  const unknown = route.unknownAddresses === "index" ? " /$release/index.html" : "";
  return [
    block("location ^~ /assets/", hidden, ...hashedLocations(route), ...ownFiles(route)),
    // The worker of a newer generation may have sent the page, and the client's next connection may lead to an older
    // one.
    block("location @newest", "try_files $uri @newest_canary;", ...hashedFiles(route, "$newest_frontend")),
    block("location @newest_canary", `try_files $uri ${last};`, ...hashedFiles(route, "$newest_canary")),
    hidden,
    ...hashedLocations(route),
    // A page may end like a file (`/users/jane@example.com`), one with a file of its own as well as a route: a client that
    // goes to a page gets the page.
    block(
      'location ~ "\\.[A-Za-z0-9]+$"',
      folderLed(),
      `try_files /$release$uri /$release$uri.html /$release/$page_instead ${last};`,
      ...ownedFiles(route),
    ),
    // index.html is a file to try, not the last parameter: nginx would start over with an address that no location
    // knows.
    block(
      "location /",
      folderLed(),
      `try_files /$release$uri /$release$uri/index.html /$release$uri.html${unknown} ${last};`,
      ...ownedFiles(route),
    ),
    ...loneBackendLocation(route),
  ];
}

/**
 * Takes what no file answers to the backend of a release that has no frontend. By way of the files, because the folder
 * of such a release is empty, and pages from before it still find theirs in the folders that are kept.
 */
function loneBackendLocation(route: GatewayRoute): Directive[] {
  if (!isWithoutFrontend(route)) return [];
  return [
    block(
      `location ${loneBackend}`,
      block("if ($has_frontend)", "return 404;"),
      block("if ($is_hidden)", "return 404;"),
      ...routeRates(route),
      ...proxied(route),
    ),
  ];
}

function hashedLocations(route: GatewayRoute): Directive[] {
  const canary = route.canary?.release;
  const others = [
    ...new Set([route.active.release, ...(canary === undefined ? [] : [canary]), ...route.keptReleases]),
  ];
  const shared = others.map((release) => `$shared_assets/${release}$uri`).join(" ");
  return [mayBeHashed, ofOneBuild].map((pattern) =>
    block(
      `location ~ "${pattern}"`,
      `try_files /$release$uri ${shared} @newest;`,
      ...hashedFiles(route, frontendMount),
    ),
  );
}

/** Files whose name stays while their content changes: they come from the request's own release only. */
function ownFiles(route: GatewayRoute): Directive[] {
  return [`try_files /$release$uri ${afterFiles(route)};`, ...ownedFiles(route)];
}

function hashedFiles(route: GatewayRoute, root: string): Directive[] {
  return [
    ...staticFiles(root),
    // No cookie: shared caches keep this answer.
    ...answerHeaders(route, { good: { "Cache-Control": "$asset_cache", ...noTime }, cookie: "" }),
  ];
}

function staticFiles(root = frontendMount): Directive[] {
  return [
    `root ${root};`,
    // By the file's tag alone, see `noTime`.
    "if_modified_since off;",
    // What the build has compressed, better than there is time for here.
    "gzip_static on;",
    // Only for files: the backend decides for itself what it compresses beside secrets.
    "gzip on;",
    // A slow client holds a file's compression until it has finished: 0.1 MB of memory instead of 0.4 MB.
    "gzip_window 16k;",
    "gzip_hash 16k;",
    "gzip_buffers 4 8k;",
    "output_buffers 1 32k;",
    "gzip_vary on;",
    // Also for requests by a proxy in front, which may speak HTTP/1.0.
    "gzip_proxied any;",
    "gzip_http_version 1.0;",
    "gzip_min_length 1024;",
    `gzip_types ${compressible.join(" ")};`,
  ];
}

/** A browser asks each time whether its copy is still good, and mostly needs no other: see `releaseTime`. */
function ownedFiles(route: GatewayRoute): Directive[] {
  return [...staticFiles(), ...answerHeaders(route, { good: { "Cache-Control": "$page_cache", ...noTime } })];
}
