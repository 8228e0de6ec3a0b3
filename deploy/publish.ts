import type Docker from "dockerode";
import { connectEngine, orMissing } from "../engine/client.ts";
import { copyDirectory, withVolume, writeFiles } from "../engine/volume.ts";
import { readJson } from "../settings/json.ts";
import { noteFolder, noteInputSchema, publishedMark } from "../release/note.ts";
import { runningGateway } from "./gateway/live.ts";
import { copyLabels, input, runCommand } from "./input.ts";

const artifactDirectory = "/opt/dist";

await runCommand(async () => {
  const release = input("WEBNET_RELEASE");
  const note = readJson(noteInputSchema, input("WEBNET_NOTE"), "WEBNET_NOTE");
  const docker = connectEngine();
  const frontendImageId = input("WEBNET_IMAGE");
  const isHeld = (await orMissing(docker.getImage(frontendImageId).inspect())) !== undefined;
  const target = {
    // One that is gone from the engine isn't needed for what is published; any other lends its container then.
    image: isHeld ? frontendImageId : await gatewayImage(docker, frontendImageId),
    volume: input("WEBNET_VOLUME"),
    labels: { ...copyLabels(), "webnet.release": release },
  };
  await withVolume(docker, target, async (container, path) => {
    // What a release is never changes, and one that is there may be served: it is not written a second time.
    const published = await orMissing(
      container.infoArchive({
        path: `${path}/${release}/${publishedMark}`,
      }) as Promise<NodeJS.ReadableStream>,
    );
    // An answer that nobody reads keeps its connection, and so this process, for minutes.
    published?.resume();
    if (published === undefined) {
      if (!isHeld) throw new Error(goneImage(release, note.frontendImage));
      const files = await copyDirectory(
        { container, path: artifactDirectory },
        { container, path, directory: release },
      );
      if (files === 0)
        throw new Error(`the frontend image of release ${release} has no file under ${artifactDirectory}`);
      const mark = { path: `${release}/${publishedMark}`, content: "", mode: 0o444, uid: 0 };
      await writeFiles(container, path, [mark]);
    }
    const content = `${JSON.stringify({ ...note, ...noted(frontendImageId), published: new Date() })}\n`;
    const file = { path: `${noteFolder}/${release}.json`, content, mode: 0o444, uid: 0 };
    await writeFiles(container, path, [file]);
  });
});

async function gatewayImage(docker: Docker, otherwise: string): Promise<string> {
  return (await runningGateway(docker, input("WEBNET_STACK")))?.image ?? otherwise;
}

function goneImage(release: string, image: string): string {
  return (
    `the frontend's image of release ${release} is gone from the engine, and its files were not published yet: ` +
    `docker pull ${image} on the engine's host, then pulumi refresh and pulumi up`
  );
}

/** The id, where it is one: the name stands in its place for an image that was gone before its id was noted. */
function noted(frontendImageId: string): { frontendImageId?: string } {
  return frontendImageId.startsWith("sha256:") ? { frontendImageId } : {};
}
