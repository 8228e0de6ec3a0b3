import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { liveGateway } from "../gateway/live.ts";
import { servingReleases } from "../gateway/record.ts";
import { copyLabels, input, runCommand } from "./input.ts";

/**
 * Removes the frontend files of a release that goes away without ever having served. The files of one that did serve
 * stay: pages that were opened before the switch still load them.
 */
await runCommand(async () => {
  const docker = connectEngine();
  const release = input("WEBNET_RELEASE");
  const live = await liveGateway(docker, input("WEBNET_STACK"));
  if (live === undefined) return;
  if ([...servingReleases(live.record), ...live.record.keptReleases].includes(release)) return;
  const target = {
    image: live.image,
    volume: input("WEBNET_VOLUME"),
    labels: copyLabels(),
  };
  await execInVolume(docker, target, ["rm", "-rf", `./${release}`]);
});
