/** Aborted by a signal that would end the process, so that it can first remove what is there for a moment. */
export function interruption(): AbortSignal {
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      end.abort(new Error(`interrupted by ${signal}`));
    });
  return end.signal;
}
