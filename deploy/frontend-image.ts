import { posix } from "node:path";
import type Docker from "dockerode";
import { pathInfo } from "../engine/archive.ts";
import { UnfitSource } from "../engine/copy.ts";

/** The directory of a frontend image with its files. */
export const artifactDirectory = "/opt/dist";

const page = `${artifactDirectory}/index.html`;

/**
 * Checks that a container's image is a frontend image.
 *
 * @throws UnfitSource that says what is wrong with it
 */
export async function checkFrontend(container: Docker.Container): Promise<void> {
  const problem = (await directoryProblem(container)) ?? (await pageProblem(container));
  if (problem !== undefined) throw new UnfitSource(problem);
}

async function directoryProblem(container: Docker.Container): Promise<string | undefined> {
  const parent = await pathInfo(container, posix.dirname(artifactDirectory));
  // If a file stands there, the engine can't look below it.
  const isBelowNothing = parent === undefined || parent.kind === "file";
  const directory = isBelowNothing ? undefined : await pathInfo(container, artifactDirectory);
  if (directory === undefined) return `it has no directory ${artifactDirectory}`;
  if (directory.kind === "directory") return undefined;
  return directory.kind === "link"
    ? `its ${artifactDirectory} is a symbolic link to ${directory.linkTarget}, not a directory`
    : `its ${artifactDirectory} is not a directory, but a ${directory.kind}`;
}

async function pageProblem(container: Docker.Container): Promise<string | undefined> {
  const found = await pathInfo(container, page);
  if (found === undefined) return `its ${artifactDirectory} has no index.html`;
  const real = found.kind === "link" ? await pathInfo(container, found.linkTarget) : found;
  if (real?.kind === "file") return undefined;
  return found.kind === "link"
    ? `its ${page} is a symbolic link to ${found.linkTarget}, where no file is`
    : `its ${page} is not a file, but a ${found.kind}`;
}
