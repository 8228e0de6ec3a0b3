import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import { roleOf, roles } from "./labels.ts";
import { stackPrefix } from "./names.ts";

/**
 * True if a container with a stack's labels is the stack's own. One of an image that somebody made of ours, by
 * `docker commit`, has all the labels, and another name. A copy, which works for a moment, has any name.
 */
export function isOurs(stack: string, container: Docker.ContainerInfo): boolean {
  return roleOf(container) === roles.copy || containerName(container).startsWith(`${stackPrefix(stack)}-`);
}
