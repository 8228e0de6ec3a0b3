import type Docker from "dockerode";
import { mustSucceed, type Exec } from "../engine/exec.ts";
import { execInVolume } from "../engine/run.ts";
import { releaseTime } from "../release/time.ts";
import { copyLabels } from "../workload/labels.ts";
import { frontendMount } from "./layout.ts";

/**
 * Gives the files of these releases the time that stands for their release, see {@link releaseTime}. A webnet that gave
 * them the time of their publication may have published them.
 *
 * @param exec runs a command in the gateway's container, which only reads the files
 */
export async function dateFrontends(
  docker: Docker,
  { container, exec, stack }: { container: Docker.Container; exec: Exec; stack: string },
  releases: readonly string[],
): Promise<void> {
  const times = releases.map((release) => ({ release, seconds: releaseTime(release).getTime() / 1000 }));
  const look = times.map(
    ({ release, seconds }) =>
      `f=${frontendMount}/${release}/index.html; [ ! -e $f ] || [ "$(stat -L -c %Y $f)" = ${seconds} ] || echo ${release}`,
  );
  const printed = await mustSucceed(exec, ["sh", "-c", look.join("\n")]);
  const undated = times.filter(({ release }) => printed.split("\n").includes(release));
  if (undated.length === 0) return;
  const { Image: image, Mounts: mounts } = await container.inspect();
  const volume = mounts.find(({ Destination }) => Destination === frontendMount)?.Name;
  if (volume === undefined) return;
  const date = undated.map(({ release, seconds }) => `find ./${release} -exec touch -h -d @${seconds} {} +`);
  await execInVolume(docker, { image, volume, labels: copyLabels({ stack }) }, [
    "sh",
    "-ec",
    date.join("\n"),
  ]);
}
