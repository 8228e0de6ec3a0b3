import { z } from "zod";
import { recoveringVariable } from "../../preflight/recovering.ts";
import { readableJson } from "../../settings/json.ts";
import type { Target } from "../target.ts";

const plannedSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).optional(),
});

const previewSchema = z.object({
  steps: z
    .array(z.object({ op: z.string(), newState: plannedSchema.optional() }))
    .nullish()
    .transform((steps) => steps ?? []),
  diagnostics: z
    .array(z.object({ message: z.string().optional(), severity: z.string().optional() }))
    .nullish(),
});

/** A resource that the program would make. */
export type Planned = z.infer<typeof plannedSchema>;

/** Values that Pulumi writes where one is only known after something else was made: one for each kind of value. */
const unknownValues = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** Asks the program what it would make that the state doesn't know; in the order in which it would make it. */
export async function plannedCreations(target: Target): Promise<Planned[]> {
  const { exitCode, stdout, stderr } = await target.pulumi(["preview", "--json"], {
    environment: { [recoveringVariable]: "true" },
  });
  const { steps, diagnostics } = parsePreview(stdout, stderr);
  if (exitCode !== 0) {
    const errors = (diagnostics ?? []).filter(({ severity }) => severity === "error");
    const said = errors.map(({ message }) => message ?? "").join("\n") || stderr;
    throw new Error(`the program can't say what it would make:\n${said.trim()}`);
  }
  return steps.flatMap(({ op, newState }) => (op === "create" && newState !== undefined ? [newState] : []));
}

/** Whether all of a resource's inputs are known before anything is made. */
export function isKnown(inputs: Planned["inputs"]): boolean {
  const text = JSON.stringify(inputs ?? {});
  return !unknownValues.some((unknown) => text.includes(unknown));
}

function parsePreview(stdout: string, stderr: string): z.infer<typeof previewSchema> {
  const preview = readableJson(previewSchema, stdout);
  if (preview !== undefined) return preview;
  throw new Error(`the program can't say what it would make:\n${stderr.trim()}`);
}
