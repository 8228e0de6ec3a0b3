import { isAbsolute } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../host/project.ts";
import type { Beside } from "../settings/beside.ts";
import { backendHoldsSecret } from "../settings/read.ts";
import { projectFolderVariable } from "./told-folder.ts";

/** What the program's settings need besides the config that Pulumi hands over. */
export async function besideSettings(): Promise<Beside> {
  const directory = projectFolder();
  if (!backendHoldsSecret()) return { directory };
  // Loads what reads YAML only for who has secrets: it takes a twentieth of a second.
  const { backendInStackFile } = await import("./stack-file.ts");
  return { directory, backend: backendInStackFile(directory, pulumi.getStack(), pulumi.getProject()) };
}

/** The folder of Pulumi.yaml. The SDK has no path but a placeholder for it where an older language host tells it none. */
function projectFolder(): string {
  const told = process.env[projectFolderVariable] ?? pulumi.getRootDirectory();
  return isAbsolute(told) ? told : projectRoot;
}
