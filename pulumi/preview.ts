import { z } from "zod";
import { readableJson, readJson } from "../settings/json.ts";

/** A resource as a preview shows it. */
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
  // Null if there is nothing to do.
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: plannedSchema.optional(),
        newState: plannedSchema.optional(),
      }),
    )
    .nullish()
    .transform((steps) => steps ?? []),
  changeSummary: z.record(z.string(), z.number()).default({}),
  diagnostics: z
    .array(z.object({ severity: z.string().optional(), message: z.string().default("") }))
    .nullish()
    .transform((diagnostics) => diagnostics ?? []),
});

/** What `pulumi preview --json` prints, as far as we read it. */
export type Preview = z.infer<typeof previewSchema>;

/** See {@link plannedSchema}. */
export type Planned = z.infer<typeof plannedSchema>;

/** Placeholders that Pulumi writes for a value that is only known after another resource is made, one for each type. */
const unknownValues = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/**
 * Reads the output of `pulumi preview --json`.
 *
 * @throws Error if it is something else
 */
export function readPreview(json: string): Preview {
  return readJson(previewSchema, json, "what pulumi preview prints");
}

/** As {@link readPreview}; undefined if it is something else. */
export function readablePreview(json: string): Preview | undefined {
  return readableJson(previewSchema, json);
}

/** A preview's messages of one severity. */
export function saidIn({ diagnostics }: Preview, severity: "error" | "warning"): string[] {
  return diagnostics
    .filter((diagnostic) => diagnostic.severity === severity)
    .map(({ message }) => message.replace(new RegExp(`^${severity}: `), "").trim());
}

/** True if all inputs of a resource are known before anything is made. */
export function isKnown(inputs: Planned["inputs"]): boolean {
  const text = JSON.stringify(inputs ?? {});
  return !unknownValues.some((unknown) => text.includes(unknown));
}
