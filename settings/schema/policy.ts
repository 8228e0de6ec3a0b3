import { z } from "zod";
import { defaults } from "../defaults.ts";
import { leastReason, ruleNames } from "../policy.ts";
import { withDefault } from "./fields.ts";

const longest = 1000;

const ruleName = z
  .string()
  .refine((name) => (ruleNames as string[]).includes(name))
  .meta({ allowed: `one of ${ruleNames.join(", ")}` });

const reason = z
  .string()
  .max(longest)
  .refine((text) => text.trim().length >= leastReason)
  .meta({
    allowed: `the reason in words, ${leastReason} to ${longest} characters`,
    placeholder: "'<reason>'",
  });

/** What every preview refuses, and what may be all the same. */
export const policy = z
  .strictObject({
    exceptions: withDefault(
      z.record(ruleName, reason).meta({
        allowed: `an object of reasons, each of ${leastReason} to ${longest} characters; each name: a rule's`,
      }),
      defaults.policy.exceptions,
      "Rules of the policy (docs/security-and-state.md) that this stack may break, each with the reason. One that is not needed is a warning.",
    ),
  })
  .prefault({});
