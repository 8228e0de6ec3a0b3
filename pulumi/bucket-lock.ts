import type { PulumiStack } from "./cli.ts";

/** A lock in a bucket. */
export interface BucketLock {
  /** Its address, for the operator. */
  url: string;
  /** Its content, rebuilt from Pulumi's message. */
  text: string;
}

/**
 * Finds the locks of a stack whose backend is a bucket. Only Pulumi knows how to reach the bucket and has the rights,
 * and it shows locks only to a command that needs the lock itself. So this renames the stack to the name that it has:
 * that needs the lock, and always fails without a change.
 *
 * @throws Error if Pulumi says anything else
 */
export async function locksInBucket(target: PulumiStack): Promise<BucketLock[]> {
  const { exitCode, stdout, stderr } = await target.pulumi(["stack", "rename", target.stack]);
  const said = `${stderr}\n${stdout}`;
  if (exitCode !== 0 && /a stack named \S+ already exists|no stack named/.test(said)) return [];
  const locks = locksToldIn(said);
  if (exitCode !== 0 && locks.length > 0) return locks;
  throw new Error(`whether the stack is locked can't be found out: ${said.trim()}`);
}

/** Reads Pulumi's message about a locked stack, which has a line for each lock. */
function locksToldIn(said: string): BucketLock[] {
  const line = /^ *(\S+): created by (.+)@([^@\s]+) \(pid (\d+)\) at (\S+)\s*$/gm;
  return [...said.matchAll(line)].map(([, url = "", username, hostname, pid, timestamp]) => ({
    url,
    text: JSON.stringify({ pid: Number(pid), username, hostname, timestamp }),
  }));
}
