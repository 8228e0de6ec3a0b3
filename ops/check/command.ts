import { lookAtEngine, problemsInWords } from "../../preflight/look.ts";
import { knownToState, type KnownObjects } from "../../preflight/known.ts";
import { readState } from "../../pulumi/state.ts";
import type { OpsCommand } from "../command.ts";
import { mustBeAlone } from "../deploy/journal.ts";
import { ConfigFile } from "../deploy/config-file.ts";
import { mustBeIdle } from "../recover/idle.ts";
import type { Target } from "../target.ts";
import { settingsWithPasswords } from "./passwords.ts";
import { recoverLine } from "../../settings/commands.ts";

/** `npm run ops -- check pre`. */
export const checkCommand: OpsCommand = {
  summary: "looks whether an update could go through, and touches nothing",
  argument: { name: "when", allowed: ["pre"] },
  options: [],
  examples: [
    ["pre --stack prod", "before a deploy: all that an update looks at before it touches anything"],
    ["pre", "the same for the stack that is selected"],
  ],
  onlyLooks: () => true,
  async run(target, _values, say) {
    // Throws if the stack's file is missing or wrong.
    target.settings();
    mustBeAlone(target, new ConfigFile(target.configFile).former);
    await mustBeIdle(target);
    const settings = await settingsWithPasswords(target);
    const { problems, warnings } = await lookAtEngine({
      docker: target.docker(),
      // The checks read the engine's address again. They must get the one from the target's environment.
      settings: { ...settings, engine: { ...settings.engine, host: target.engineAddress } },
      stack: target.stack,
      dryRun: false,
      known: () => knownTo(target),
    });
    for (const warning of warnings) say(`Warning: ${warning}.`);
    if (problems.length > 0) throw new Error(problemsInWords(target.stack, problems));
    say(
      `Nothing stands in the way of an update of ${target.stack}: its config, state, images, network, ports, names, ` +
        "volumes, limits and the room on the host are as it needs them.",
    );
  },
};

async function knownTo(target: Target): Promise<KnownObjects | undefined> {
  const finding = await readState(target);
  if (finding.kind === "known") return knownToState(finding.state);
  if (finding.kind === "missing") return undefined;
  throw new Error(`the state of ${target.stack} can't be read (${finding.reason}): ${recoverLine(target)}`);
}
