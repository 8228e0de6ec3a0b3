/** A tenth of the weight of what serves, so that an update of a host that is busy all the time comes to its end, too. */
const level = 10;

/**
 * A command that leaves the processors to what serves, as far as the kernel lets anybody: an update on a host of few
 * processors would otherwise make others wait.
 *
 * A priority counts among the processes of one session (sched(7), "The autogroup feature"), which containers are not of.
 * So the whole session gets one as well; it must then be the command's own.
 *
 * @param ownSession whether the command is the first of a session
 */
export function withLowPriority(command: readonly string[], ownSession: boolean): readonly string[] {
  const nice = ["nice", "-n", String(level), ...command];
  if (!ownSession) return nice;
  const script = `{ echo ${level} > /proc/self/autogroup; } 2> /dev/null; exec "$@"`;
  return ["sh", "-c", script, "sh", ...nice];
}
