import type { IncomingMessage, ServerResponse } from "node:http";

const bodyBytes = 64 * 1024;

/** The request is invalid. The caller answers with `status` and the message. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** Sends `body` as JSON. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  answerText(response, status, "application/json", JSON.stringify(body));
}

/** Sends a text with its length. */
export function answerText(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}

/**
 * Reads the JSON body of a request, up to 64 KiB.
 * @throws BadRequest when the body is too long (413) or isn't a JSON object (400).
 */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytes) throw new BadRequest(`the body is longer than ${bodyBytes} bytes`, 413);
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new BadRequest("the body isn't JSON");
  }
  if (typeof value !== "object" || value === null) throw new BadRequest("the body isn't a JSON object");
  return value as Record<string, unknown>;
}
