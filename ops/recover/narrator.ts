/** Tells what a command finds, and says what it is about to do before it does it. */
export interface Narrator {
  /** Takes a line of what is found. */
  report: (line: string) => void;
  /** Says what is being done and does it, or only says that it would be. */
  act: (what: string, work: () => Promise<void>) => Promise<void>;
}

/**
 * A narrator to a reader of lines.
 *
 * @param dryRun whether nothing is to be done
 */
export function narrator(report: Narrator["report"], dryRun: boolean): Narrator {
  return {
    report,
    act: async (what, work) => {
      report(dryRun ? `  would: ${what}` : `  ${what}`);
      if (!dryRun) await work();
    },
  };
}
