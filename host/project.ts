import { join, resolve } from "node:path";

/** The folder that holds Pulumi.yaml. */
export const projectRoot = resolve(import.meta.dirname, "..");

/** The folder for everything that the project creates on this machine; git ignores it. */
export const ownFolder = join(projectRoot, ".webnet");
