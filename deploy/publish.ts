import type Docker from "dockerode";
import { publishScript } from "../contract/publish.ts";
import { pathInfo } from "../engine/archive.ts";
import { connectEngine, orMissing } from "../engine/client.ts";
import { copyDirectory, UnfitSource, type Place } from "../engine/copy.ts";
import { execInVolume } from "../engine/run.ts";
import { withImage, withVolume, writeFiles } from "../engine/volume.ts";
import { noteFolder, publishedMark, type ReleaseNote } from "../release/note.ts";
import { isPublished } from "../release/published.ts";
import { releaseTime } from "../release/time.ts";
import { partOf } from "../release/parts.ts";
import { colorOf } from "../settings/color.ts";
import { tagKey } from "../settings/parts.ts";
import { artifactDirectory, checkFrontend } from "./frontend-image.ts";
import { runningGateway } from "../gateway/live.ts";
import { runScript, type Given } from "./input.ts";
import { messageOf } from "../host/message.ts";
import { copyLabels, releaseLabel } from "../workload/labels.ts";

type Job = ReturnType<typeof jobOf>;

/**
 * Publishes a release's frontend, before its backend is made: if the image is no frontend image, the update fails
 * before anything of the release runs. A release without a frontend gets an empty folder, which its name leads to.
 */
await runScript(publishScript, async (given) => {
  const docker = connectEngine();
  const job = jobOf(given);
  const { release, image, volume, labels } = job;
  const held = (await orMissing(docker.getImage(image).inspect())) !== undefined;
  const gateway = await runningGateway(docker, job.stack);
  // A published release no longer needs its image, which may be gone. The gateway's then gives access to the volume.
  const mounted = held ? image : gateway?.image;
  if (mounted === undefined) throw new Error(goneImage(job));
  await withVolume(docker, { image: mounted, volume, labels }, async (container, path) => {
    // A release never changes, and a published one may be serving: its files are not written again.
    if (!(await isPublished(container, path, release))) {
      if (!held) throw new Error(goneImage(job));
      try {
        await publish(docker, job, { container, path });
      } catch (error) {
        await takeBack(docker, job, { container, path }, gateway?.image);
        throw new Error(inWords(error, job), { cause: error });
      }
    }
    const content = `${JSON.stringify(noted(job, image))}\n`;
    const file = { path: `${noteFolder}/${release}.json`, content, mode: 0o444, uid: 0 };
    await writeFiles(container, path, [file]);
  });
});

function jobOf(given: Given<typeof publishScript.variables, undefined>) {
  const { stack, release, note } = given;
  return {
    stack,
    release,
    image: given.image,
    volume: given.volume,
    labels: { ...copyLabels(given), [releaseLabel]: release },
    note,
    files: partOf(note.parts, "files"),
  };
}

async function publish(docker: Docker, { release, image, labels, files }: Job, target: Place): Promise<void> {
  const renaming = {
    from: artifactDirectory,
    to: release,
    reserved: [publishedMark],
    mtime: releaseTime(release),
  };
  if (files !== undefined)
    await withImage(docker, { image, labels }, async (source) => {
      await checkFrontend(source);
      await copyDirectory(source, target, renaming);
    });
  const mark = { path: `${release}/${publishedMark}`, content: "", mode: 0o444, uid: 0 };
  await writeFiles(target.container, target.path, [mark]);
}

/**
 * Removes what a failed copy has left, unless another update has published the release meanwhile, which happens if this
 * one was taken for dead. If the removal fails, the next copy overwrites the rest.
 */
async function takeBack(
  docker: Docker,
  { release, volume, labels }: Job,
  { container, path }: Place,
  gatewayImage: string | undefined,
): Promise<void> {
  try {
    if ((await pathInfo(container, `${path}/${release}`)) === undefined) return;
    if (await isPublished(container, path, release)) return;
    // Only the gateway's image is known to have rm. A file in place of the directory frees the space as well.
    if (gatewayImage === undefined) {
      await writeFiles(container, path, [{ path: release, content: "", mode: 0o444, uid: 0 }]);
    } else {
      await execInVolume(docker, { image: gatewayImage, volume, labels }, ["rm", "-rf", `./${release}`]);
    }
  } catch {
    // This failure must not hide the one that led here.
  }
}

function goneImage({ release, files, note }: Job): string {
  const needed = files ?? note.parts[0];
  return (
    `the ${needed?.name ?? "frontend"}'s image of release ${release} is gone from the engine, and its files were not published yet: ` +
    `docker pull ${needed?.image ?? ""} on the engine's host, then pulumi refresh and pulumi up`
  );
}

/** The note, with the image's id if it is known: an image that was gone before the update has only its name. */
function noted({ note, files }: Job, imageId: string): ReleaseNote {
  const isKnown = imageId.startsWith("sha256:");
  const parts = note.parts.map((part) =>
    isKnown && part.name === files?.name ? { ...part, imageId } : part,
  );
  return { ...note, parts, published: new Date() };
}

function inWords(error: unknown, { release, files, stack }: Job): string {
  const why = messageOf(error);
  if (files === undefined) return `the note of release ${release} can't be published: ${why}`;
  const part = files;
  const lines = [
    `the frontend of release ${release} can't be published from its image ${part.image}:`,
    why.replaceAll(/^/gm, "  "),
    "Nothing of this release was started, and what served before goes on serving.",
  ];
  if (!(error instanceof UnfitSource)) return lines.join("\n");
  const setting = `webnet:colors.${colorOf(release)}.${tagKey(part.name)}`;
  return [
    ...lines,
    `Allowed are files, directories, and links among them, under ${artifactDirectory} with an index.html at its top.`,
    `${setting} is ${part.tag}, of the repository in webnet:images.${part.name}. Name such an image, and run pulumi up again:`,
    `  pulumi config set --path '${setting}' <tag> --stack ${stack}`,
    `  pulumi config set --path 'webnet:images.${part.name}' <repository> --stack ${stack}`,
  ].join("\n");
}
