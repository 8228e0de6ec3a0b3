import type Docker from "dockerode";
import { z } from "zod";

/** The operator sets it to an engine's id, to continue there a platform that was made on another engine. */
export const purposeVariable = "WEBNET_ENGINE";

const infoSchema = z.object({ ID: z.string().min(1).optional() });

/**
 * The engine's id if it is not the engine that the platform was made on, and the operator has not confirmed the change.
 *
 * @param noted the id of the engine that the platform was made on; undefined if it is not recorded
 * @param environment the variables, of which {@link purposeVariable} is read
 * @returns undefined if it is the same engine, if the operator confirmed it, or if one of the ids is unknown
 */
export async function otherEngine(
  docker: Docker,
  noted: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (noted === undefined) return undefined;
  const id = await idOf(docker);
  if (id === undefined || id === noted || id === environment[purposeVariable]) return undefined;
  // An engine that gives another id at each request has no real id.
  return (await idOf(docker)) === id ? id : undefined;
}

async function idOf(docker: Docker): Promise<string | undefined> {
  return infoSchema.parse(await docker.info()).ID;
}
