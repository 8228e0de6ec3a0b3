import { configPath, setCommand } from "../settings/commands.ts";
import { exceptionPath, leastReason, policyRules, type RuleName } from "../settings/policy.ts";
import type { Problem } from "../settings/problem.ts";
import { runningFacts } from "../settings/services.ts";
import type { Confinement } from "./confinement.ts";
import { exceptionsOf } from "./exceptions.ts";
import { containerRules } from "./rules.ts";
import { weakTls } from "./tls.ts";

/** A rule that something breaks. */
export interface Breach {
  rule: RuleName;
  /** The container, or the setting, where it is broken. */
  at: string;
  /** What breaks it. */
  got: string;
  /** The command that mends it. */
  fix: string;
}

/** What takes an edit of the program back to look at. */
const inProgram = "git diff HEAD -- '*.ts'";

/** The breaches of a container, less what `exceptions.ts` lets containers in its role. */
export function breachesOf(container: Confinement, stack: string): Breach[] {
  const lent = exceptionsOf([container.role]).flatMap(({ rules }) => rules);
  return Object.entries(containerRules).flatMap(([name, broken]) => {
    const rule = name as keyof typeof containerRules;
    const got = lent.includes(rule) ? [] : broken(container);
    return got.length === 0 ? [] : [{ rule, got: got.join(", "), ...placeOf(rule, container, stack) }];
  });
}

/** The breaches in the files of the gateway's configuration. */
export function breachesOfTls(files: readonly string[]): Breach[] {
  const got = weakTls(files.join("\n"));
  return got.length === 0
    ? []
    : [{ rule: "strong-tls", at: "the gateway's configuration", got: got.join(", "), fix: inProgram }];
}

/** The problems that a stack's exceptions leave. */
export function problemsOf(
  breaches: readonly Breach[],
  exceptions: Readonly<Record<string, string | undefined>>,
  stack: string,
): Problem[] {
  return breaches
    .filter(({ rule }) => exceptions[rule] === undefined)
    .map(({ rule, at, got, fix }) => ({
      at,
      what: `it breaks the rule ${rule} of the policy. ${policyRules[rule].means} ${policyRules[rule].why.replace(/\.$/, "")}`,
      got,
      allowed: `what the rule says, or an exception with its reason in words (${leastReason} characters or more)`,
      fix: [fix],
      or: [[setCommand(stack, exceptionPath(rule), "'<reason>'")]],
    }));
}

/** Warnings of exceptions that nothing needs. */
export function vainExceptions(
  breaches: readonly Breach[],
  exceptions: Readonly<Record<string, string | undefined>>,
  stack: string,
): string[] {
  const broken = new Set<string>(breaches.map(({ rule }) => rule));
  return Object.keys(exceptions)
    .filter((rule) => !broken.has(rule))
    .map((rule) => {
      const path = exceptionPath(rule as RuleName);
      return `nothing breaks the policy's rule ${rule}: ${configPath(path)} is not needed. To take it away: pulumi config rm --path '${configPath(path)}' --stack ${stack}`;
    });
}

/** The address is a setting, if the container has one for it. All else is the program's own. */
function placeOf(rule: RuleName, { name, role }: Confinement, stack: string): Pick<Breach, "at" | "fix"> {
  const path = runningFacts.find((facts) => facts.role === role)?.published?.[0]?.address;
  if (!rule.endsWith("-public") || path === undefined) return { at: name, fix: inProgram };
  return { at: configPath(path), fix: setCommand(stack, path, "127.0.0.1") };
}
