/** A deliberate mistake in a copy of the program: it replaces one text in one file. */
export interface Mutant {
  /** What the mistake breaks, as a phrase. */
  what: string;
  /** The file, relative to the program. */
  file: string;
  /** The text to replace. The file has it exactly once. */
  from: string;
  to: string;
  /** The platform's drain time that makes the mistake show, in seconds. Default: the fault test's own. */
  drainSeconds?: number;
}

/** Mistakes that the fault test must find. */
export const mutants: Readonly<Record<string, Mutant>> = {
  "no-drain": {
    what: "an update doesn't wait for nginx's old workers before it deletes their release",
    file: "gateway/drain.ts",
    from: "if (superseded.every((workers) => (workers ?? 0) === 0) || performance.now() >= deadline) return;",
    to: "return;",
    // On a busy machine many seconds pass before the update deletes a release: shorter requests would have ended.
    drainSeconds: 40,
  },
  "in-place": {
    what: "a release's resources carry its colour alone, so that a new tag replaces what serves",
    file: "stacks/application.ts",
    from: "`${name}-${identity.id}`",
    to: "`${name}-${identity.color}`",
  },
  "no-guarded-check": {
    what: "the route moves before any request was sent to the release",
    file: "deploy/route.ts",
    from: "if (live.guardToken === undefined) return;",
    to: "return;",
  },
  "no-repair": {
    what: "a route that a killed update moved stays where it is when the config is taken back",
    file: "workload/found-route.ts",
    from: "return noted.pending || noted.digest !== wanted;",
    to: "return false;",
  },
};

/**
 * Puts the mutant's mistake into the text of a file.
 *
 * @throws when the file doesn't have the text to replace exactly once.
 */
export function mutated(name: string, mutant: Mutant, text: string): string {
  const found = text.split(mutant.from).length - 1;
  if (found !== 1) {
    throw new Error(
      `the mutant ${name} replaces a text that stands in ${mutant.file} ${found} times: ${mutant.from}`,
    );
  }
  return text.replace(mutant.from, () => mutant.to);
}
