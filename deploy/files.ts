import { filesScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { withVolume, writeFiles } from "../engine/volume.ts";
import { copyLabels, runScript } from "./input.ts";

await runScript(filesScript, async (given) => {
  const files = await given.stdin();
  const target = { image: given.image, volume: given.volume, labels: copyLabels(given) };
  await withVolume(connectEngine(), target, async (container, path) => {
    await writeFiles(container, path, files);
  });
});
