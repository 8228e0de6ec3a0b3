import type Docker from "dockerode";
import { z } from "zod";

/** Set to an engine's id by who means to go on with a platform on that engine, though it was made on another one. */
export const purposeVariable = "WEBNET_ENGINE";

const infoSchema = z.object({ ID: z.string().min(1).optional() });

/**
 * The engine's id, where it is another one than a platform was made on and nobody said that this is meant.
 *
 * @param noted the id of the engine that the platform was made on; undefined where nobody noted it
 * @param environment where {@link purposeVariable} may stand
 */
export async function otherEngine(
  docker: Docker,
  noted: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (noted === undefined) return undefined;
  const id = await idOf(docker);
  if (id === undefined || id === noted || id === environment[purposeVariable]) return undefined;
  // An engine that has another one at each question has none.
  return (await idOf(docker)) === id ? id : undefined;
}

async function idOf(docker: Docker): Promise<string | undefined> {
  return infoSchema.parse(await docker.info()).ID;
}
