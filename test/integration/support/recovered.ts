import { recover, type Recovered } from "../../../ops/recover/recover.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** `npm run ops -- recover`, with the lines that it told. */
export async function recovered(platform: TestPlatform): Promise<Recovered & { lines: string[] }> {
  const lines: string[] = [];
  return { ...(await recover(platform.target, { report: (line) => lines.push(line) })), lines };
}
