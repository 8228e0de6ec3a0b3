/** A tenth of the platform's weight: an update still gets done on a host that is always busy. */
const level = 10;

/**
 * Gives a command a lower priority than the platform, as far as the kernel allows. Otherwise an update on a host with
 * few processors would make clients wait.
 *
 * A process's priority counts only within its session (sched(7), "The autogroup feature"), and containers are not in
 * it. So the whole session gets a lower priority too; the session must then be the command's own.
 *
 * @param ownSession true if the command is the first of its session
 */
export function withLowPriority(command: readonly string[], ownSession: boolean): readonly string[] {
  const nice = ["nice", "-n", String(level), ...command];
  if (!ownSession) return nice;
  const script = `{ echo ${level} > /proc/self/autogroup; } 2> /dev/null; exec "$@"`;
  return ["sh", "-c", script, "sh", ...nice];
}
