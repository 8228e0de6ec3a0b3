import { UsageError } from "./usage.ts";

/** Options that npm knows itself: whoever has them in npm's own configuration has forgotten nothing. */
const npmsOwn = new Set(["color", "help", "json", "tag", "yes"]);

/**
 * Refuses a command line of which npm took a part: without `--` it keeps the options for itself, and what was to be a dry run
 * of prod would be a real one of another stack.
 *
 * @param options the names of all options of the command
 * @param line the arguments that came, and this process's environment: npm notes there what it took
 * @throws UsageError with the line as it must be typed
 */
export function mustBeOurs(
  command: string,
  options: readonly string[],
  {
    given,
    environment,
  }: { given: readonly string[]; environment: Readonly<Record<string, string | undefined>> },
): void {
  if (environment["npm_lifecycle_event"] !== "ops") return;
  const taken = options.filter(
    (option) =>
      !npmsOwn.has(option) &&
      !given.includes(`--${option}`) &&
      (environment[`npm_config_${option.replaceAll("-", "_")}`] ?? "") !== "",
  );
  if (taken.length === 0) return;
  const names = taken.map((option) => `--${option}`).join(" ");
  throw new UsageError(
    `npm took ${names} for itself, and nothing was done. Put -- before the command: npm run ops -- ${command} ${names} …`,
  );
}
