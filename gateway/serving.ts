import { mustSucceed, type Exec } from "../engine/exec.ts";
import { servingDirectory, servingFile } from "../release/serving.ts";

/**
 * Tells all backends in one step which release serves, so that an application can run its scheduled jobs only there.
 * Call it after a release has passed its checks at the public address, and at every update. That repairs an update that
 * was killed between the switch and this call.
 *
 * @param exec runs a command in the gateway's container
 * @param release its id; undefined if none serves, as before the first route
 */
export async function tellServing(exec: Exec, release: string | undefined): Promise<void> {
  if (release === undefined) {
    await mustSucceed(exec, ["rm", "-f", servingFile]);
    return;
  }
  const script = [
    `[ "$(cat ${servingFile} 2>/dev/null)" != ${release} ] || exit 0`,
    `echo ${release} > ${servingDirectory}/.next`,
    `mv -T ${servingDirectory}/.next ${servingFile}`,
  ].join("\n");
  await mustSucceed(exec, ["sh", "-ec", script]);
}
