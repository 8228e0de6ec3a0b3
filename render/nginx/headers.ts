import { block, type Directive } from "./directives.ts";

const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "SAMEORIGIN"],
  ["Content-Security-Policy", "frame-ancestors 'self'"],
  ["Referrer-Policy", "strict-origin-when-cross-origin"],
  ["X-Permitted-Cross-Domain-Policies", "none"],
];

/** Variables with the security headers' values, empty where the backend has set the header itself. */
export function headerMaps(): Directive[] {
  return securityHeaders.map(([name, value]) =>
    block(`map $upstream_http_${snake(name)} $our_${snake(name)}`, 'default "";', `"" "${value}";`),
  );
}

/**
 * The headers of every answer, with those of one location. A location that adds any header loses all that it would
 * inherit, so it must call this for its own.
 */
export function answerHeaders(own: Readonly<Record<string, string>> = {}): Directive[] {
  return [
    ...securityHeaders.map(([name]) => `add_header ${name} $our_${snake(name)} always;`),
    // Empty, and so absent, unless the request is a guarded one.
    "add_header X-Webnet-Release $guarded_release always;",
    // Without `always`: an error must not be kept for as long as the file.
    ...Object.entries(own).map(([name, value]) => `add_header ${name} "${value}";`),
  ];
}

function snake(header: string): string {
  return header.toLowerCase().replaceAll("-", "_");
}
