import { filesScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { withVolume, writeFiles } from "../engine/volume.ts";
import { copyTarget, runScript } from "./input.ts";

await runScript(filesScript, async (given) => {
  const files = await given.stdin();
  await withVolume(connectEngine(), copyTarget(given), async (container, path) => {
    await writeFiles(container, path, files);
  });
});
