import type { PulumiStack } from "./cli.ts";

/** A lock that lies in a bucket. */
export interface BucketLock {
  /** Its address, for people. */
  url: string;
  /** What Pulumi wrote into it. */
  text: string;
}

/**
 * Finds the locks of a stack whose backend is a bucket. Pulumi alone has the way and the rights to look there, and it shows
 * locks only to who asks for the lock himself. So it is asked for what needs the lock and then always comes to nothing: to
 * give the stack the name that it has.
 *
 * @throws Error where Pulumi says anything else
 */
export async function locksInBucket(target: PulumiStack): Promise<BucketLock[]> {
  const { exitCode, stdout, stderr } = await target.pulumi(["stack", "rename", target.stack]);
  const said = `${stderr}\n${stdout}`;
  if (exitCode !== 0 && /a stack named \S+ already exists|no stack named/.test(said)) return [];
  const locks = locksToldIn(said);
  if (exitCode !== 0 && locks.length > 0) return locks;
  throw new Error(`whether the stack is locked can't be found out: ${said.trim()}`);
}

/** Reads what Pulumi says of a stack that is locked: a line for each lock. */
export function locksToldIn(said: string): BucketLock[] {
  const line = /^ *(\S+): created by (.+)@([^@\s]+) \(pid (\d+)\) at (\S+)\s*$/gm;
  return [...said.matchAll(line)].map(([, url = "", username, hostname, pid, timestamp]) => ({
    url,
    text: JSON.stringify({ pid: Number(pid), username, hostname, timestamp }),
  }));
}
