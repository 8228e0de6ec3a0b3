import { judged, type Checked } from "./check.ts";

/** An answer of the gateway. */
export interface Answer {
  /** What was asked, in words. */
  of: string;
  /** What the answer is: something to show or to read, a way to elsewhere by https, or anything else. */
  kind: "content" | "redirect" | "refusal";
  status: number;
  /** The headers, by their names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
}

interface Wanted {
  name: string;
  value: RegExp;
  kinds: readonly Answer["kind"][];
}

const content: readonly Answer["kind"][] = ["content"];

/** OWASP's headers to add. Where the project proposes one value of several safe ones, all of these count. */
const added: readonly Wanted[] = [
  {
    name: "strict-transport-security",
    value: /^max-age=(?:3153[6-9]\d{3}|[4-9]\d{7}|\d{9,}); includeSubDomains/,
    kinds: ["content", "redirect"],
  },
  { name: "x-frame-options", value: /^(?:deny|sameorigin)$/i, kinds: content },
  { name: "x-content-type-options", value: /^nosniff$/, kinds: content },
  // Without `unsafe-…` where scripts may come from.
  {
    name: "content-security-policy",
    value:
      /^(?=.*default-src '(?:self|none)')(?=.*frame-ancestors '(?:self|none)')(?!.*script-src[^;]*unsafe)/,
    kinds: content,
  },
  { name: "x-permitted-cross-domain-policies", value: /^none$/, kinds: content },
  {
    name: "referrer-policy",
    value: /^(?:no-referrer|same-origin|strict-origin(?:-when-cross-origin)?)$/,
    kinds: content,
  },
  { name: "cross-origin-embedder-policy", value: /^require-corp$/, kinds: content },
  { name: "cross-origin-opener-policy", value: /^same-origin$/, kinds: content },
  { name: "cross-origin-resource-policy", value: /^same-(?:origin|site)$/, kinds: content },
  { name: "permissions-policy", value: /=\(\)/, kinds: content },
];

/** OWASP's headers to remove, because they tell what runs behind. */
const removed = [
  "$wsep",
  "host-header",
  "k-proxy-request",
  "liferay-portal",
  "pega-host",
  "powered-by",
  "product",
  "sourcemap",
  "x-aspnet-version",
  "x-aspnetmvc-version",
  "x-atmosphere-error",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-spanid",
  "x-b3-traceid",
  "x-backside-transport",
  "x-cf-powered-by",
  "x-cms",
  "x-content-encoded-by",
  "x-envoy-attempt-count",
  "x-envoy-upstream-service-time",
  "x-framework",
  "x-generated-by",
  "x-generator",
  "x-mod-pagespeed",
  "x-nextjs-cache",
  "x-old-content-length",
  "x-page-speed",
  "x-php-version",
  "x-powered-by",
  "x-powered-cms",
  "x-redirect-by",
  "x-server-powered-by",
  "x-sourcefiles",
  "x-sourcemap",
  "x-turbo-charged-by",
  "x-umbraco-version",
  "x-varnish-backend",
  "x-varnish-server",
  "via",
];

const serverReason = "nginx can't leave its name out without a foreign module; it tells no version.";

/** Judges answers by OWASP's list of secure headers. */
export function judgeHeaders(answers: readonly Answer[]): Checked {
  const findings = answers.flatMap(({ of, kind, status, headers }) => {
    const missing = added
      .filter(({ kinds }) => kinds.includes(kind))
      .flatMap(({ name, value }) => {
        const got = headers[name];
        return got !== undefined && value.test(got) ? [] : [`${name}: ${got ?? "not there"}`];
      });
    const telling = removed.flatMap((name) =>
      headers[name] === undefined ? [] : [`${name}: ${headers[name] ?? ""}, which should not be there`],
    );
    const server = headers["server"];
    const version = server !== undefined && /\d/.test(server) ? [`server: ${server}, with a version`] : [];
    return [...missing, ...telling, ...version].map((words) => `${of} (${status}): ${words}`);
  });
  const named = answers.some(({ headers }) => headers["server"] !== undefined);
  return judged(
    { check: "OWASP secure headers", tool: `own rules, ${answers.length} answers` },
    { findings, excepted: named ? [`server: nginx. ${serverReason}`] : [] },
  );
}
