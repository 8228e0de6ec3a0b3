import { block, type Directive } from "./directives.ts";
import { surelyHashed } from "./hashed.ts";
import type { GatewayRoute } from "./route.ts";

const policyHeader = "Content-Security-Policy";

const framing = "frame-ancestors 'self'";

/** The policy that is usual, unless the answer brings one of its own: see {@link usualPolicyMap}. */
export const usualPolicy = "$usual_policy";

/** The variable of {@link usualPolicy}. */
export function usualPolicyMap(): Directive {
  return block(`map $upstream_http_${snake(policyHeader)} ${usualPolicy}`, 'default "";', `"" "${framing}";`);
}

const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "SAMEORIGIN"],
  [policyHeader, framing],
  ["Referrer-Policy", "strict-origin-when-cross-origin"],
  ["X-Permitted-Cross-Domain-Policies", "none"],
];

/** The common headers with those of the settings, which are not to be sent twice by another spelling. */
function commonHeaders({
  headers = {},
}: Pick<GatewayRoute, "headers">): (readonly [name: string, value: string])[] {
  const given = new Map(
    Object.entries(headers).map(([name, value]) => [snake(name), [name, value] as const]),
  );
  const usual = securityHeaders.map(([name, value]) => {
    const own = given.get(snake(name));
    given.delete(snake(name));
    return [name, own?.[1] ?? value] as const;
  });
  return [...usual, ...given.values()];
}

const transportSecurity = "Strict-Transport-Security";

/** The header of a server with TLS that has no backend. */
export function transportHeader({ tls }: GatewayRoute): Directive[] {
  const policy = transportPolicy(tls);
  return policy === "" ? [] : [`add_header ${transportSecurity} "${policy}" always;`];
}

/** Variables with the security headers' values; empty if the backend sets the header itself. */
export function headerMaps(route: GatewayRoute): Directive[] {
  const every = [...commonHeaders(route), [transportSecurity, transportPolicy(route.tls)] as const];
  return every.map(([name, value]) =>
    block(`map $upstream_http_${snake(name)} $our_${snake(name)}`, 'default "";', `"" "${value}";`),
  );
}

function transportPolicy(tls: GatewayRoute["tls"]): string {
  if (tls === undefined || tls.hstsSeconds === 0) return "";
  return `max-age=${tls.hstsSeconds}${tls.hstsSubdomains ? "; includeSubDomains" : ""}`;
}

/**
 * Variables with the answer's `Cache-Control`. A request for a release gets `no-store`, so that no cache hands its
 * answer to others. All others get the backend's own value or the file's: a year if a hash in the name identifies the
 * content.
 */
export function cacheMaps(route: GatewayRoute): Directive[] {
  const page = route.canary === undefined ? "no-cache" : "private, no-cache";
  const forPublic = (variable: string, value: string) =>
    block(`map $guard $${variable}`, 'default "";', `public ${value};`);
  return [
    block("map $guard $look_cache", "default no-store;", 'public "";'),
    forPublic("backend_cache", "$upstream_http_cache_control"),
    block("map $uri $is_hashed", 'default "";', `"~${surelyHashed}" yes;`),
    block(
      'map "$guard:$is_hashed" $asset_cache',
      'default "";',
      '"public:yes" "public, max-age=31536000, immutable";',
      `"public:" "${page}";`,
    ),
    forPublic("page_cache", `"${page}"`),
  ];
}

/** Headers of one location's answers, besides the common ones. */
interface OwnHeaders {
  /** For successful answers only: a client must not keep an error for as long as the file. */
  good?: Readonly<Record<string, string>>;
  /** `Cache-Control` of every answer. Default: `no-store`, but none for a public request. */
  cache?: string;
  /** The cookie to set. Default: the canary's, for a new client. */
  cookie?: string;
  /** `Content-Security-Policy`. Default: the common one. */
  policy?: string;
}

/**
 * The headers of every answer, with those of one location. A location that adds any header loses all inherited ones, so
 * it must call this for its own.
 */
export function answerHeaders(route: Pick<GatewayRoute, "headers">, own: OwnHeaders = {}): Directive[] {
  const { good = {}, cache = "$look_cache", cookie = "$given_client", policy } = own;
  const value = (name: string) =>
    name === policyHeader && policy !== undefined ? `"${policy}"` : `$our_${snake(name)}`;
  return [
    ...commonHeaders(route).map(([name]) => `add_header ${name} ${value(name)} always;`),
    // nginx omits a header with an empty value, as these have in most answers.
    `add_header ${transportSecurity} ${value(transportSecurity)} always;`,
    "add_header X-Webnet-Release $named_release always;",
    `add_header Cache-Control ${cache} always;`,
    "add_header Retry-After $retry_after always;",
    ...(cookie === "" ? [] : [`add_header Set-Cookie "${cookie}" always;`]),
    ...Object.entries(good).map(([name, text]) => `add_header ${name} "${text}";`),
  ];
}

function snake(header: string): string {
  return header.toLowerCase().replaceAll("-", "_");
}
