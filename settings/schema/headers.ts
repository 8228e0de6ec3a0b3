import { z } from "zod";
import { defaults } from "../defaults.ts";
import { text, withDefault } from "./fields.ts";

/** Headers that say what an answer is, or that other settings or the gateway itself decide on. */
const taken = [
  ...[
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "keep-alive",
  ],
  ...[
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "etag",
    "expires",
    "last-modified",
    "location",
    "server",
  ],
  ...["set-cookie", "strict-transport-security", "te", "trailer", "transfer-encoding", "upgrade", "vary"],
  ...["retry-after", "www-authenticate", "x-webnet-release"],
];

const headerName = text({
  pattern: new RegExp(`^(?!(?:${taken.join("|")})$)[a-z][a-z0-9-]{0,63}$`, "i"),
  allowed: `a header's name of letters, digits and "-", that neither says what the answer is nor is the gateway's (${taken.join(", ")})`,
  placeholder: "<header>",
});

// nginx would read a variable, and the end of a line would begin another header.
const headerValue = z
  .string()
  .max(8000)
  .regex(/^[\x20-\x7e]*$/)
  .refine((value) => !/[$"\\]/.test(value))
  .meta({
    allowed: 'up to 8000 printable ASCII characters without ", \\ and $; empty for no such header',
    placeholder: "<value>",
  });

/** Headers of every answer. */
export const headers = withDefault(
  z
    .record(headerName, headerValue)
    .refine((given) => Object.keys(given).length <= 40)
    .refine(
      (given) =>
        new Set(Object.keys(given).map((name) => name.toLowerCase())).size === Object.keys(given).length,
    )
    .meta({
      allowed: `an object of at most 40 texts, each name once; each name: ${headerName.meta()?.allowed ?? ""}`,
    }),
  defaults.gateway.headers,
  "Further headers of every answer, such as `Content-Security-Policy` (or `-Report-Only`) and `Permissions-Policy`, or other values of those that are sent anyway: `X-Content-Type-Options`, `X-Frame-Options`, `Content-Security-Policy` (`frame-ancestors 'self'`), `Referrer-Policy` and `X-Permitted-Cross-Domain-Policies`. An empty one is not sent. A header that the backend sets itself wins.",
);
