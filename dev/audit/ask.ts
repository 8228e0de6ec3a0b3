import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { Answer } from "./headers.ts";

/** Where a gateway with TLS listens, and by which names. */
export interface Site {
  host: string;
  alias: string;
  httpPort: number;
  httpsPort: number;
  /** The authority that its certificate is of, as PEM text. */
  authority: string;
}

interface Question {
  of: string;
  kind: Answer["kind"];
  path: string;
  by?: "http";
  /** The host's name that is asked for. Default: the public one. */
  host?: string;
  headers?: Record<string, string>;
}

/** Requests the page, the API, errors and redirects. */
export async function askAll(site: Site): Promise<Answer[]> {
  const questions: Question[] = [
    { of: "the page", kind: "content", path: "/" },
    { of: "the API", kind: "content", path: "/api/version" },
    { of: "a missing page of the API", kind: "content", path: "/api/audit-missing" },
    { of: "a missing file", kind: "content", path: "/audit-missing.js" },
    { of: "a missing hashed file", kind: "content", path: "/assets/audit-1a2b3c4d.js" },
    { of: "the form of a look", kind: "content", path: "/.webnet/look" },
    {
      of: "a guarded request with a wrong token",
      kind: "content",
      path: "/",
      headers: { "X-Webnet-Release": "blue-00000000", "X-Webnet-Token": "wrong" },
    },
    { of: "too long a header", kind: "content", path: "/", headers: { "X-Audit": "x".repeat(40_000) } },
    { of: "another name", kind: "redirect", path: "/", host: site.alias },
    { of: "http", kind: "refusal", path: "/", by: "http" },
    { of: "an unknown name by http", kind: "refusal", path: "/", by: "http", host: "other.example.com" },
  ];
  return await Promise.all(questions.map((question) => ask(site, question)));
}

async function ask(site: Site, { of, kind, path, by, host = site.host, headers }: Question): Promise<Answer> {
  const common = { host: "127.0.0.1", path, agent: false, timeout: 10_000 } as const;
  const asked =
    by === "http"
      ? http.request({ ...common, port: site.httpPort, headers: { host, ...headers } })
      : https.request({
          ...common,
          port: site.httpsPort,
          servername: host,
          ca: site.authority,
          headers: { host, ...headers },
        });
  asked.on("timeout", () => asked.destroy(new Error(`${of}: no answer within 10 s`)));
  asked.end();
  const [answer] = (await once(asked, "response")) as [http.IncomingMessage];
  answer.resume();
  await once(answer, "end");
  const lower = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return { of, kind, status: answer.statusCode ?? 0, headers: Object.fromEntries(lower) };
}
