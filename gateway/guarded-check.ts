import { isDeepStrictEqual } from "node:util";
import type { Route } from "../contract/gateway.ts";
import { messageOf } from "../host/message.ts";
import { hasNoBackend } from "../render/nginx/alone.ts";
import { colorOf } from "../settings/color.ts";
import { replicaNumbers } from "../workload/names.ts";
import type { GatewayContainer } from "./gateway.ts";
import { servingReleases, type GenerationRecord } from "./record.ts";
import { smokeCheck } from "./smoke.ts";

/**
 * Whether both generations reach the releases alike: backends at the same port and paths, and each colour with the same
 * parts. If not, the guarded route of the live one leads to no release that listens elsewhere, and the releases can be
 * asked only after the move.
 */
export function reachesAlike(live: GenerationRecord, candidate: GenerationRecord): boolean {
  return isDeepStrictEqual([live.backend, live.alone], [candidate.backend, candidate.alone]);
}

/**
 * Asks each container of each release that is to serve, by its name.
 *
 * @param serving the generation that answers. It may know of fewer containers than the one to come
 */
export async function checkGuarded(
  gateway: GatewayContainer,
  { stack, route }: { stack: string; route: Route },
  candidate: GenerationRecord,
  serving: GenerationRecord,
): Promise<void> {
  const known = Math.min(route.replicas ?? 1, serving.replicas ?? 1);
  for (const release of servingReleases(candidate)) {
    const isOne = hasNoBackend(route, colorOf(release));
    for (const replica of replicaNumbers(isOne ? 1 : known)) {
      const check = {
        host: route.serverName,
        smoke: route.smoke,
        release,
        token: serving.guardToken ?? "",
        route: "guarded" as const,
        ...(replica > 1 && { replica }),
      };
      await orCanaryHint(stack, candidate, release, smokeCheck(gateway.exec, check));
    }
  }
}

/** A canary must be fit to serve, too. If only the canary fails, the error says how to go on without it. */
export async function orCanaryHint(
  stack: string,
  candidate: GenerationRecord,
  release: string,
  step: Promise<void>,
): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (release === candidate.active) throw error;
    throw new Error(
      `${messageOf(error)}\n${release} is the canary's, for ${candidate.canary?.percent ?? 0} % of the clients. ` +
        "To go on without it:\n" +
        `  pulumi config set --path 'webnet:gateway.canaryPercent' 0 --stack ${stack}`,
      { cause: error },
    );
  }
}
