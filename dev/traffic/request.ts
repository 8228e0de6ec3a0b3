import { pipeline } from "node:stream/promises";
import type { Agent, IncomingMessage } from "node:http";
import { requestTo, type Server } from "./connection.ts";

/** Where and how to send requests. */
export interface Target extends Server {
  /** Decides whether to keep the connection. */
  agent: Agent;
  timeoutSeconds: number;
}

/** A complete answer. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** A body to send piece by piece, at its own pace. */
export interface SlowBody {
  bytes: number;
  pieces: AsyncIterable<Buffer>;
}

/**
 * Makes one request and never repeats it.
 * @throws Error with a short reason (`ECONNRESET`, `timeout`, `short body`, …) when there is no complete answer.
 */
export function send(
  target: Target,
  method: "GET" | "POST",
  path: string,
  body?: string | SlowBody,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string | number> = {};
    if (target.host !== undefined) headers.host = target.host;
    if (typeof body === "string") {
      headers["content-type"] = "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    } else if (body !== undefined) {
      headers["content-type"] = "application/octet-stream";
      headers["content-length"] = body.bytes;
    }
    const outgoing = requestTo(target, path, { method, headers, agent: target.agent });
    const timer = setTimeout(() => {
      outgoing.destroy(new Error("timeout"));
    }, target.timeoutSeconds * 1000);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(new Error(reasonOf(error)));
    };
    outgoing.on("error", fail);
    outgoing.on("response", (response) => {
      readBody(response).then((text) => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers["content-type"] ?? "",
          body: text,
        });
      }, fail);
    });
    if (body === undefined || typeof body === "string") outgoing.end(body);
    else pipeline(body.pieces, outgoing).catch(fail);
  });
}

/** A short reason for an error: the system's code if there is one, else the message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    throw error instanceof Error && error.message === "timeout" ? error : new Error("short body");
  }
  if (!response.complete) throw new Error("short body");
  return Buffer.concat(chunks).toString("utf8");
}
