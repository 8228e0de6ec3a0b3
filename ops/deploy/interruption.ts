const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Catches the signals that would end the process. Each phase decides what to do: before it writes the config, a deploy
 * can simply stop. Afterwards it must bring the platform to something that the config says.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onSignal: () => void;

  /** @param onSignal called for each signal, with true for the first. An impatient operator sends several. */
  constructor(onSignal: (first: boolean) => void) {
    this.#onSignal = () => {
      const first = !this.#controller.signal.aborted;
      this.#controller.abort();
      onSignal(first);
    };
    for (const signal of signals) process.on(signal, this.#onSignal);
    // If the terminal is closed, the next printed line fails. That must not end the work on the platform.
    process.stdout.on("error", ignore);
    process.stderr.on("error", ignore);
  }

  /** The first signal aborts it. */
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
