import { join, resolve } from "node:path";

/** The folder that holds Pulumi.yaml. */
export const projectRoot = resolve(import.meta.dirname, "..");

/** Where the project keeps what it makes on this machine; git ignores it. */
export const ownFolder = join(projectRoot, ".webnet");
