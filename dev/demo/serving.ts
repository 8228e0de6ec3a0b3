import { send } from "../traffic/request.ts";
import { localBaseUrl } from "../traffic/options.ts";
import { identityOf } from "../traffic/answers.ts";
import { Agent } from "node:http";
import type { DemoStep } from "./steps.ts";
import { messageOf } from "../../host/message.ts";

/**
 * Says in a sentence how the serving backend or frontend differs from the expected one. Undefined if both match.
 */
export async function wrongServing(url: string, serves: DemoStep["serves"]): Promise<string | undefined> {
  const target = { baseUrl: localBaseUrl(url), host: undefined, agent: new Agent(), timeoutSeconds: 10 };
  const expected = `${serves.color} ${serves.version}`;
  try {
    const backend = identityOf((await send(target, "GET", "/api/version")).body) ?? "unknown";
    const page = (await send(target, "GET", "/")).body;
    const frontend = /<meta name="webnet-version" content="([^"]*)"/.exec(page)?.[1] ?? "unknown";
    if (backend === expected && frontend === serves.version) return undefined;
    return `expected backend ${expected} and frontend ${serves.version}, but backend ${backend} and frontend ${frontend} answer.`;
  } catch (error) {
    return `expected ${expected} to answer, but: ${messageOf(error)}.`;
  }
}
