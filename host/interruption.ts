/** Aborted by a signal that would end the process, so that it can first remove what is there for a moment. */
export function interruption(): AbortSignal {
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      end.abort(new Error(`interrupted by ${signal}`));
    });
  return end.signal;
}

/**
 * True while this process catches the terminal's signals to end its work in good order. What it starts must then be in a
 * session of its own: Ctrl-C would end it in the middle of a step.
 */
export function catchesSignals(): boolean {
  return process.listenerCount("SIGINT") > 0;
}
