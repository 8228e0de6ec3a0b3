import { connectEngine } from "../engine/client.ts";
import { copyDirectory, withVolume } from "../engine/volume.ts";
import { copyLabels, input, runCommand } from "./input.ts";

const artifactDirectory = "/opt/dist";

await runCommand(async () => {
  const release = input("WEBNET_RELEASE");
  const target = {
    image: input("WEBNET_IMAGE"),
    volume: input("WEBNET_VOLUME"),
    labels: { ...copyLabels(), "webnet.release": release },
  };
  await withVolume(connectEngine(), target, async (container, path) => {
    const files = await copyDirectory(
      { container, path: artifactDirectory },
      { container, path, directory: release },
    );
    if (files === 0)
      throw new Error(`the frontend image of release ${release} has no file under ${artifactDirectory}`);
  });
});
