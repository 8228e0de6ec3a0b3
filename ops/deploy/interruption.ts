const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Takes the signals that would end the process. Each phase asks what to make of it: before the config is written
 * nothing was touched, afterwards the platform has to be brought to something that the config says.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onSignal: () => void;

  /** @param onSignal told of each signal: the first one and those of somebody who is in a hurry. */
  constructor(onSignal: (first: boolean) => void) {
    this.#onSignal = () => {
      const first = !this.#controller.signal.aborted;
      this.#controller.abort();
      onSignal(first);
    };
    for (const signal of signals) process.on(signal, this.#onSignal);
    // A closed terminal must not end the work on the platform at the next line that is printed.
    process.stdout.on("error", ignore);
    process.stderr.on("error", ignore);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.removeListener(signal, this.#onSignal);
    process.stdout.removeListener("error", ignore);
    process.stderr.removeListener("error", ignore);
  }
}

function ignore(): void {
  return;
}
