import { recover, type Recovered } from "../../../ops/recover/recover.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** Runs `recover` and returns its result with the lines that it printed. */
export async function recovered(platform: TestPlatform): Promise<Recovered & { lines: string[] }> {
  const lines: string[] = [];
  return { ...(await recover(platform.target, { report: (line) => lines.push(line) })), lines };
}
