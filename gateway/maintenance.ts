import { mustSucceed, type Exec } from "../engine/exec.ts";
import { maintenanceFile } from "./layout.ts";

/** True if an operator has closed the platform. */
export async function isClosed(exec: Exec): Promise<boolean> {
  return (await exec(["test", "-e", maintenanceFile])).exitCode === 0;
}

/** Closes the platform for clients, or opens it again. nginx looks at each request: no reload, no update. */
export async function close(exec: Exec, closed: boolean): Promise<void> {
  await mustSucceed(exec, closed ? ["touch", maintenanceFile] : ["rm", "-f", maintenanceFile]);
}
