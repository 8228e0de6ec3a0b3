import { z } from "zod";

/** What a generation of the gateway's configuration says about itself, kept beside it. */
export const recordSchema = z.object({
  generation: z.string(),
  /** Digest of the rendered files, to see that nothing would change. */
  digest: z.string(),
  active: z.string().optional(),
  keptReleases: z.array(z.string()),
  guardToken: z.string().optional(),
});

/** See {@link recordSchema}. */
export type GenerationRecord = z.infer<typeof recordSchema>;
