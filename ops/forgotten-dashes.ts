import { UsageError } from "./usage.ts";

/** Options that npm has as well. They may come from the operator's npm configuration, so they prove nothing. */
const npmsOwn = new Set(["color", "help", "json", "tag", "yes"]);

/**
 * Refuses a command line if npm took options from it. Without `--`, npm keeps the options for itself: a dry run of prod
 * would become a real run on another stack.
 *
 * @param options the names of all options of the command
 * @param line the arguments that arrived, and this process's environment: npm puts the options that it took there
 * @throws UsageError with the correct line
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
