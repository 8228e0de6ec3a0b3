import { connectEngine, orMissing } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { Gateway } from "./gateway/gateway.ts";
import { input, runCommand } from "./input.ts";

/**
 * Removes the frontend files of a release that goes away without ever having served. The files of one that did serve
 * stay: pages that were opened before the switch still load them.
 */
await runCommand(async () => {
  const docker = connectEngine();
  const release = input("WEBNET_RELEASE");
  const container = docker.getContainer(input("WEBNET_GATEWAY"));
  const inspected = await orMissing(container.inspect());
  if (inspected?.State.Running !== true) return;
  const gateway = new Gateway(container);
  const live = await gateway.record(await gateway.servingGeneration());
  if (live.active === release || live.keptReleases.includes(release)) return;
  const target = {
    image: inspected.Image,
    volume: input("WEBNET_VOLUME"),
    labels: { "webnet.stack": input("WEBNET_STACK"), "webnet.role": "copy" },
  };
  await execInVolume(docker, target, ["rm", "-rf", `./${release}`]);
});
