import { answerJson, BadRequest, readJson } from "./answer.ts";
import { identity, type Application, type Call } from "./application.ts";
import { DuplicateRow } from "./database.ts";

const idPattern = /^[A-Za-z0-9._:-]{1,100}$/;
const prefixPattern = /^[A-Za-z0-9._:-]{0,100}$/;
const textLength = 1000;
const pageLimit = 1000;

/** Stores a row under the client's id. Answers 201, or 409 if the id is taken. */
export async function createRow(app: Application, call: Call): Promise<void> {
  const { id, text } = await readJson(call.request);
  if (typeof id !== "string" || !idPattern.test(id)) {
    throw new BadRequest("id must be 1 to 100 letters, digits, dots, colons, hyphens or underscores");
  }
  if (typeof text !== "string" || text.length > textLength) {
    throw new BadRequest(`text must be a string of at most ${textLength} characters`);
  }
  if (!(await storeRow(app, call, id, text))) return;
  answerJson(call.response, 201, { id, ...identity(app.settings) });
}

/** Stores a row. If the id is taken, answers 409 and returns false. */
export async function storeRow(app: Application, call: Call, id: string, text: string): Promise<boolean> {
  const { color, version } = app.settings;
  try {
    await app.database.insert({ id, text, color, version });
  } catch (error) {
    if (!(error instanceof DuplicateRow)) throw error;
    answerJson(call.response, 409, { error: "a row with this id is there already", id });
    return false;
  }
  return true;
}

/** Answers one row, or 404. */
export async function readRow(app: Application, call: Call): Promise<void> {
  const id = call.parts[0] ?? "";
  const row = await app.database.find(id);
  if (row === undefined) answerJson(call.response, 404, { error: "no such row", id });
  else answerJson(call.response, 200, row);
}

/** Answers a page of ids by prefix. `after` is the last id of the previous page, `limit` at most 1000 (the default). */
export async function listRows(app: Application, call: Call): Promise<void> {
  const prefix = call.query.get("prefix") ?? "";
  const after = call.query.get("after") ?? "";
  const limit = Number(call.query.get("limit") ?? pageLimit);
  if (!prefixPattern.test(prefix) || !prefixPattern.test(after)) {
    throw new BadRequest(
      "prefix and after are made of letters, digits, dots, colons, hyphens and underscores",
    );
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimit) {
    throw new BadRequest(`limit must be a whole number from 1 to ${pageLimit}`);
  }
  answerJson(call.response, 200, { prefix, ...(await app.database.list(prefix, after, limit)) });
}
