import type Docker from "dockerode";
import { z } from "zod";
import { engineStatus } from "../engine/client.ts";
import { execIn } from "../engine/exec.ts";
import { readJson } from "../settings/json.ts";
import { keeperCommand, type KeeperMode } from "../services/certbot/certbot.ts";

/**
 * certbot may take nine minutes, with a DNS that is slow to spread its answers 24, and may wait as long for another attempt
 * that is under way.
 */
const longestSeconds = 3000;

/** Two attempts come each day: one that failed may be an authority's bad day, so many in a row are not. */
export const worryingFailures = 3;

const attemptSchema = z.object({
  /** When the last attempt ended, and when the next one is due, in seconds since 1970. Absent if there was none. */
  at: z.number().optional(),
  next: z.number().optional(),
  /** Attempts in a row that brought nothing, and why the last one did. */
  failures: z.number().default(0),
  problem: z.string().optional(),
});

const statusSchema = attemptSchema.extend({
  hosts: z.array(z.string()),
  directory: z.string(),
  /** What it has. Absent if there is none yet. */
  certificate: z
    .object({
      from: z.string().optional(),
      to: z.string().optional(),
      digest: z.string().optional(),
      /** Why the gateway doesn't get it. */
      unfit: z.string().optional(),
    })
    .optional(),
});

const rehearsalSchema = z.object({ good: z.boolean(), said: z.string() });

/** How the last attempt to get a certificate ended. */
type Attempt = z.infer<typeof attemptSchema>;
/** What certbot's container knows of the certificate. */
export type KeeperStatus = z.infer<typeof statusSchema>;

/** What gets the certificates can't be asked. */
export class KeeperSilent extends Error {
  override name = "KeeperSilent";
}

/**
 * Orders a certificate, and waits for the end of it.
 *
 * @param mode `now`: if one is due. `renew`: in any case
 * @throws KeeperSilent
 */
export async function attempt(
  container: Docker.Container,
  mode: "now" | "renew" = "now",
  seconds = longestSeconds,
): Promise<Attempt> {
  return await ask(container, mode, attemptSchema, seconds);
}

/** Orders one that is thrown away. @throws KeeperSilent */
export async function rehearse(container: Docker.Container): Promise<z.infer<typeof rehearsalSchema>> {
  return await ask(container, "rehearse", rehearsalSchema, longestSeconds);
}

/** @throws KeeperSilent */
export async function keeperStatus(container: Docker.Container, seconds = 30): Promise<KeeperStatus> {
  return await ask(container, "show", statusSchema, seconds);
}

async function ask<T>(
  container: Docker.Container,
  mode: KeeperMode,
  schema: z.ZodType<T>,
  seconds: number,
): Promise<T> {
  let answer;
  try {
    answer = await execIn(container, keeperCommand(mode), undefined, seconds);
  } catch (error) {
    if (engineStatus(error) === undefined) throw error;
    throw new KeeperSilent("its container doesn't run", { cause: error });
  }
  const { exitCode, stdout, stderr } = answer;
  if (exitCode !== 0) throw new KeeperSilent(stderr.trim().split("\n").at(-1) ?? `exit code ${exitCode}`);
  return readJson(schema, stdout.trim().split("\n").at(-1) ?? "", "its answer");
}
