import { agentTo } from "./connection.ts";
import { send, type Target } from "./request.ts";

/** The result of reading all rows back. */
export interface RowCheck {
  /** Number of acknowledged writes. */
  written: number;
  /** Number of acknowledged rows that exist. */
  found: number;
  missing: string[];
  /** Ids that exist more than once. */
  duplicated: string[];
  /** Ids of existing rows whose write was not acknowledged. */
  unacknowledged: string[];
  /** `found`, by the step in which the write began. */
  foundByStep: Record<string, number>;
}

const pageRows = 1000;

/**
 * Reads all ids that begin with `prefix`, page by page.
 * @throws Error when a page can't be read.
 */
export async function readRowIds(target: Omit<Target, "agent">, prefix: string): Promise<string[]> {
  const agent = agentTo(target, { keepAlive: true, maxSockets: 1 });
  const ids: string[] = [];
  for (;;) {
    const query = new URLSearchParams({ prefix, after: ids.at(-1) ?? "", limit: String(pageRows) });
    const answer = await send({ ...target, agent }, "GET", `/api/rows?${query.toString()}`);
    if (answer.status !== 200) throw new Error(`The rows can't be read back: HTTP ${answer.status}.`);
    const page = JSON.parse(answer.body) as { ids: string[] };
    ids.push(...page.ids);
    if (page.ids.length < pageRows) break;
  }
  agent.destroy();
  return ids;
}

/** Compares the acknowledged rows (id to step) with the existing ones. */
export function compareRows(written: Map<string, string | undefined>, found: readonly string[]): RowCheck {
  const there = new Set(found);
  const counted = new Set<string>();
  const duplicated = new Set<string>();
  for (const id of found) {
    if (counted.has(id)) duplicated.add(id);
    counted.add(id);
  }
  const foundByStep: Record<string, number> = {};
  const missing: string[] = [];
  for (const [id, step] of written) {
    if (!there.has(id)) missing.push(id);
    else if (step !== undefined) foundByStep[step] = (foundByStep[step] ?? 0) + 1;
  }
  return {
    written: written.size,
    found: written.size - missing.length,
    missing,
    duplicated: [...duplicated],
    unacknowledged: [...there].filter((id) => !written.has(id)),
    foundByStep,
  };
}
