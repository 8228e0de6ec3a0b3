/** Reports what a command finds, and announces each action before doing it. */
export interface Narrator {
  /** Reports a line about what the command found. */
  report: (line: string) => void;
  /** Announces an action and does it. In a dry run it only announces it. */
  act: (what: string, work: () => Promise<void>) => Promise<void>;
}

/**
 * Returns a narrator that reports line by line.
 *
 * @param dryRun true to only announce actions
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
