import { breachesOf, breachesOfTls, problemsOf, vainExceptions } from "../policy/judge.ts";
import { everyWorkload } from "../policy/workloads.ts";
import { curvesWith, renderSample } from "../render/nginx.ts";
import type { Problem } from "../settings/problem.ts";
import { confinementOf } from "../workload/on-docker/confinement.ts";
import type { Platform } from "../workload/platform.ts";
import { specOf } from "../workload/spec.ts";

/** Checks what the update would run by the policy's rules, before anything is made. */
export function inspectPolicy(platform: Platform): { problems: Problem[]; warnings: string[] } {
  const { stack, settings } = platform;
  const { exceptions } = settings.policy;
  const breaches = [
    ...everyWorkload(platform).flatMap((workload) =>
      breachesOf(confinementOf(specOf(platform, workload)), stack),
    ),
    ...breachesOfTls([...Object.values(renderSample()), curvesWith("hybrid"), curvesWith("usual")]),
  ];
  return {
    problems: problemsOf(breaches, exceptions, stack),
    warnings: vainExceptions(breaches, exceptions, stack),
  };
}
