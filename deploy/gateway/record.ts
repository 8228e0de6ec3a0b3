import { z } from "zod";

/** What a generation of the gateway's configuration says about itself, kept beside it. */
export const recordSchema = z.object({
  generation: z.string(),
  /** Digest of the rendered files, to see that nothing would change. */
  digest: z.string(),
  active: z.string().optional(),
  /** The standby's release while it serves a share of the clients. */
  canary: z.object({ release: z.string(), percent: z.number() }).optional(),
  keptReleases: z.array(z.string()),
  guardToken: z.string().optional(),
});

/** See {@link recordSchema}. */
export type GenerationRecord = z.infer<typeof recordSchema>;

/** The releases that serve somebody who didn't ask for them by name: the active one, then the canary's. */
export function servingReleases(record: Pick<GenerationRecord, "active" | "canary">): string[] {
  return [record.active, record.canary?.release].filter((release) => release !== undefined);
}
