/** Writes one event as a JSON line. */
export type Log = (level: "info" | "warn" | "error", message: string, details?: object) => void;

/** A log on standard output. Every line contains `context`. */
export function jsonLog(context: object): Log {
  return (level, message, details) => {
    const line = { time: new Date().toISOString(), level, message, ...context, ...details };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}

/** The code and message of an error. Leaves out the stack and other fields: they may contain connection settings. */
export function describeError(error: unknown): { code?: string; error: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { ...code, error: error.message };
}
