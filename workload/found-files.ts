import type { FilesNote } from "../contract/files.ts";

/** What is known before an update of files whose container is told of changes. */
export interface FoundFiles extends FilesNote {
  /** Whether an update was killed in the middle of a change, or could not take one back. */
  pending: boolean;
  /** Digest of the files that the state has. */
  recorded?: string;
}

/**
 * The number of repairs that the step of these files gets. One more than the volume has noted makes the step run although
 * its files are those of the state. As the step then notes that number, the next update has no change again.
 *
 * @param found what the volume notes. Undefined if it notes nothing
 * @param digest of the files that the program wants
 */
export function repairsOf(found: FoundFiles | undefined, digest: string | undefined): number {
  if (found === undefined) return 0;
  const { repairs, pending, recorded } = found;
  // A killed update's script goes on, and may complete a change that the state then doesn't have. If the state has other
  // files than the program wants, the step runs anyway.
  const isOther = found.digest !== undefined && digest === recorded && digest !== found.digest;
  return repairs + (pending || isOther ? 1 : 0);
}
