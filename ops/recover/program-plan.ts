import { recoveringVariable } from "../../preflight/recovering.ts";
import { readablePreview, saidIn, type Planned } from "../../pulumi/preview.ts";
import type { Target } from "../target.ts";

/** Asks the program what it would make that the state doesn't know; in the order in which it would make it. */
export async function plannedCreations(target: Target): Promise<Planned[]> {
  const { exitCode, stdout, stderr } = await target.pulumi(["preview", "--json"], {
    environment: { [recoveringVariable]: "true" },
  });
  const preview = readablePreview(stdout);
  if (preview === undefined || exitCode !== 0) {
    const said = preview === undefined ? "" : saidIn(preview, "error").join("\n");
    throw new Error(`the program can't say what it would make:\n${(said || stderr).trim()}`);
  }
  return preview.steps.flatMap(({ op, newState }) =>
    op === "create" && newState !== undefined ? [newState] : [],
  );
}
