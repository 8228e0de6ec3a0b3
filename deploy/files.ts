import { z } from "zod";
import { connectEngine } from "../engine/client.ts";
import { withVolume, writeFiles } from "../engine/volume.ts";
import { copyLabels, input, runCommand, secretInput } from "./input.ts";

const filesSchema = z.array(
  z.object({ path: z.string(), content: z.string(), mode: z.number(), uid: z.number() }),
);

await runCommand(async () => {
  const files = await secretInput(filesSchema);
  const target = {
    image: input("WEBNET_IMAGE"),
    volume: input("WEBNET_VOLUME"),
    labels: copyLabels(),
  };
  await withVolume(connectEngine(), target, async (container, path) => {
    await writeFiles(container, path, files);
  });
});
