const style = "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}";

/** `Content-Security-Policy` of such a page. */
export const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/** A page of the gateway's own, for a `return`. */
export function html(title: string, body: readonly string[]): string {
  return [
    "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>",
    `<title>${title}</title><style>${style}</style><h1>${title}</h1>`,
    ...body,
    "</html>",
  ].join("");
}
