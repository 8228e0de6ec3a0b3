import { connectEngine, orMissing } from "../engine/client.ts";
import { copyDirectory, withVolume, writeFiles } from "../engine/volume.ts";
import { readJson } from "../settings/json.ts";
import { noteFolder, noteInputSchema } from "../release/note.ts";
import { copyLabels, input, runCommand } from "./input.ts";

const artifactDirectory = "/opt/dist";
/** Written last: a copy that was cut off doesn't have it. The gateway shows no file whose name begins with a dot. */
const finished = ".published";

await runCommand(async () => {
  const release = input("WEBNET_RELEASE");
  const note = readJson(noteInputSchema, input("WEBNET_NOTE"), "WEBNET_NOTE");
  const target = {
    image: input("WEBNET_IMAGE"),
    volume: input("WEBNET_VOLUME"),
    labels: { ...copyLabels(), "webnet.release": release },
  };
  await withVolume(connectEngine(), target, async (container, path) => {
    // What a release is never changes, and one that is there may be served: it is not written a second time.
    const published = await orMissing(
      container.infoArchive({ path: `${path}/${release}/${finished}` }) as Promise<NodeJS.ReadableStream>,
    );
    // An answer that nobody reads keeps its connection, and so this process, for minutes.
    published?.resume();
    if (published === undefined) {
      const files = await copyDirectory(
        { container, path: artifactDirectory },
        { container, path, directory: release },
      );
      if (files === 0)
        throw new Error(`the frontend image of release ${release} has no file under ${artifactDirectory}`);
      const mark = { path: `${release}/${finished}`, content: "", mode: 0o444, uid: 0 };
      await writeFiles(container, path, [mark]);
    }
    const content = `${JSON.stringify({ ...note, published: new Date() })}\n`;
    const file = { path: `${noteFolder}/${release}.json`, content, mode: 0o444, uid: 0 };
    await writeFiles(container, path, [file]);
  });
});
