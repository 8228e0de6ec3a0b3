import { z } from "zod";
import { releasePattern } from "../render/nginx/route.ts";
import { aloneSchema } from "../render/nginx/told-alone.ts";
import { backendSchema } from "../render/nginx/told-backend.ts";
import { readableJson } from "../settings/json.ts";

/** What a generation of the gateway's configuration says about itself, in a file beside it. */
export const recordSchema = z.object({
  generation: z.string(),
  /** Digest of the rendered files: an equal one means that nothing would change. */
  digest: z.string(),
  active: z.string().optional(),
  /** The standby's release, while it serves a share of the clients. */
  canary: z.object({ release: z.string(), percent: z.number() }).optional(),
  keptReleases: z.array(z.string()),
  /** How this generation reaches the backends. Default: as usual */
  backend: backendSchema.optional(),
  /** Which part the releases of a colour have alone. Default: both */
  alone: aloneSchema.optional(),
  guardToken: z.string().optional(),
  /** How many containers of each serving release's backend it routes to. Default: 1 */
  replicas: z.number().optional(),
});

/** See {@link recordSchema}. */
export type GenerationRecord = z.infer<typeof recordSchema>;

/** The releases that serve clients who did not ask for one by name: the active one, then the canary's. */
export function servingReleases(record: Pick<GenerationRecord, "active" | "canary">): string[] {
  return [record.active, record.canary?.release].filter((release) => release !== undefined);
}

/** Reads a record; undefined if it is cut off or is no record. No error may quote it: it holds the token. */
export function parseRecord(text: string): GenerationRecord | undefined {
  return readableJson(recordSchema, text);
}

/** The record of the serving generation can't be read. The gateway serves on all the same. */
export class UnreadableRecord extends Error {
  override name = "UnreadableRecord";
  readonly generation: string;

  constructor(generation: string) {
    super(`the gateway's record of ${generation}, which it serves, can't be read: it is cut off or gone`);
    this.generation = generation;
  }
}

/** The release at the end of a generation's name; undefined if it has none. */
export function releaseOfGeneration(generation: string): string | undefined {
  return new RegExp(`${releasePattern}$`).exec(generation)?.[0];
}

/**
 * What the generation's name tells if its record can't be read: the release.
 *
 * @throws the given error, if it is another one
 */
export function recordByName(error: unknown): GenerationRecord {
  if (!(error instanceof UnreadableRecord)) throw error;
  const active = releaseOfGeneration(error.generation);
  return {
    generation: error.generation,
    digest: "unreadable",
    keptReleases: [],
    ...(active !== undefined && { active }),
  };
}
