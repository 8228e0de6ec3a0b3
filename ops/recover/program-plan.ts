import { recoveringVariable } from "../../preflight/recovering.ts";
import { readablePreview, saidIn, type Planned } from "../../pulumi/preview.ts";
import type { Target } from "../target.ts";

/** Returns the resources that the program would create, in that order. They are the ones that the state lacks. */
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
