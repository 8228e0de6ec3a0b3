import { block, type Directive } from "./directives.ts";
import type { GatewayRoute } from "./route.ts";

/** Where certbot puts its answers to an authority (HTTP-01, RFC 8555), as the gateway sees it. */
export const acmeWebroot = "/srv/acme/webroot";

/** Answers an authority's question, which always begins by http. None without ACME. */
export function challengeLocation({ tls }: GatewayRoute): Directive[] {
  if (tls?.acme !== true) return [];
  return [
    block(
      "location ^~ /.well-known/acme-challenge/",
      `root ${acmeWebroot};`,
      // Nothing else of the gateway's files, whatever certbot's container puts there.
      "disable_symlinks on from=$document_root;",
      // The path's end is no file's kind.
      block("types"),
      "default_type text/plain;",
    ),
  ];
}
