import { publishScript } from "../contract/publish.ts";
import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { liveGateway } from "../gateway/live.ts";
import { servingReleases } from "../gateway/record.ts";
import { runScript } from "./input.ts";
import { copyLabels } from "../workload/labels.ts";

/**
 * Removes the frontend files of a release that goes away without having served. The files stay if the gateway's record
 * names the release as serving or kept: pages opened before the switch still load them. They stay if no gateway serves.
 */
await runScript(publishScript, async (given) => {
  const docker = connectEngine();
  const { release, stack } = given;
  const live = await liveGateway(docker, stack);
  if (live === undefined) return;
  if ([...servingReleases(live.record), ...live.record.keptReleases].includes(release)) return;
  const target = { image: live.image, volume: given.volume, labels: copyLabels(given) };
  await execInVolume(docker, target, ["rm", "-rf", `./${release}`]);
});
