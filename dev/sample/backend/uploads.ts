import { createHash } from "node:crypto";
import { answerJson, BadRequest } from "./answer.ts";
import { identity, type Application, type Call } from "./application.ts";
import { storeRow } from "./rows.ts";

const uploadBytes = 64 * 1024 * 1024;

/**
 * Receives a body of up to 64 MiB, within the server's limit of 60 s, and answers its size and digest. Stores both in a
 * row under the same id. Answers 201, or 409 if the id is taken.
 */
export async function takeUpload(app: Application, call: Call): Promise<void> {
  const id = call.parts[0] ?? "";
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of call.request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > uploadBytes) throw new BadRequest(`the body is longer than ${uploadBytes} bytes`, 413);
    hash.update(chunk);
  }
  const sha256 = hash.digest("hex");
  if (!(await storeRow(app, call, id, `${bytes} bytes, sha256 ${sha256}`))) return;
  answerJson(call.response, 201, { id, bytes, sha256, ...identity(app.settings) });
}
