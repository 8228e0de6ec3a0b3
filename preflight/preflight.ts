import * as pulumi from "@pulumi/pulumi";
import { engineAddress } from "../engine/address.ts";
import { connectEngine } from "../engine/client.ts";
import { providerOptions } from "../engine/ssh.ts";
import { strayVariables, type StrayVariable } from "../engine/variables.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import type { Platform } from "../workload/platform.ts";
import { knownToPulumi } from "./known-to-pulumi.ts";
import { isBySsh, lookAtEngine, problemsInWords } from "./look.ts";

/** What the program learns of the engine before it makes anything. */
export interface Preflight {
  platform: Platform;
  /** Arguments for the network: the id of an existing one to adopt, if any. */
  existingNetworkId: { existingId?: string };
  /** The engine's id, if it gives one. */
  engineId: string | undefined;
  /** Options of the provider's ssh. Empty if the engine is reached another way. */
  sshOptions: string[];
}

/**
 * Looks at the engine before any resource exists, as {@link lookAtEngine} does.
 *
 * @throws RunError that ends the program and lists everything that would make the update fail
 */
export async function preflight(settings: Settings, stack: string): Promise<Preflight> {
  const address = engineAddress(settings.engine.host);
  const stray = strayVariables(address, process.env);
  if (stray.length > 0) throw new pulumi.RunError(problemsInWords(stack, stray.map(leadingAstray)));
  const { problems, warnings, platform, existingNetworkId, engineId } = await lookAtEngine({
    docker: connectEngine(settings.engine.host),
    settings,
    stack,
    dryRun: pulumi.runtime.isDryRun(),
    known: () => knownToPulumi(stack),
  });
  if (problems.length > 0 || platform === undefined)
    throw new pulumi.RunError(problemsInWords(stack, problems));
  for (const warning of warnings) await pulumi.log.warn(warning);
  return {
    platform,
    existingNetworkId: existingNetworkId === undefined ? {} : { existingId: existingNetworkId },
    engineId,
    sshOptions: isBySsh(settings) ? await providerOptions(address) : [],
  };
}

function leadingAstray({ name, why }: StrayVariable): Problem {
  return {
    at: name,
    what: why,
    allowed: "one address for all: webnet:engine.host, or else DOCKER_HOST",
    fix: [`unset ${name}`],
  };
}
