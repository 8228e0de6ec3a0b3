import type Docker from "dockerode";
import { pathInfo } from "../engine/archive.ts";
import { publishedMark } from "./note.ts";

/**
 * Whether all files of a release's frontend are in the volume with the frontends.
 *
 * @param path where the container has that volume
 */
export async function isPublished(
  container: Docker.Container,
  path: string,
  release: string,
): Promise<boolean> {
  // A failed copy may leave a file there, and the engine can't look below a file.
  if ((await pathInfo(container, `${path}/${release}`))?.kind !== "directory") return false;
  return (await pathInfo(container, `${path}/${release}/${publishedMark}`)) !== undefined;
}
