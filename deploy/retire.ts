import { releaseGateScript } from "../contract/gates.ts";
import { connectEngine } from "../engine/client.ts";
import { liveGateway } from "../gateway/live.ts";
import { servingReleases } from "../gateway/record.ts";
import { runScript } from "./input.ts";
import { recoverLine } from "../settings/commands.ts";

/**
 * Runs before the deletion of a release's container, and refuses it while the route points to the release. Otherwise,
 * if an update is killed after it moved the route, and the config is reverted, the next update deletes what serves.
 */
await runScript(releaseGateScript, async ({ release, replica = 1, stack }) => {
  const live = await liveGateway(connectEngine(), stack);
  if (live === undefined || !servingReleases(live.record).includes(release)) return;
  // One of several that the route no longer names.
  if (replica > (live.record.replicas ?? 1)) return;
  throw new Error(
    `${release} is kept: the gateway routes to it, though the state says otherwise, as after an update that was killed. ` +
      `This has the next pulumi up move the route to the configured release first, and then delete this one:\n` +
      `  ${recoverLine({ stack })}`,
  );
});
