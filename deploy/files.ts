import type Docker from "dockerode";
import { candidate, filesScript, type FilesChange } from "../contract/files.ts";
import { connectEngine, orMissing } from "../engine/client.ts";
import { execIn } from "../engine/exec.ts";
import { FileSet } from "../engine/file-set.ts";
import { messageOf } from "../host/message.ts";
import { copyLabels, runScript } from "./input.ts";

/** Who reads the files, and is told of a change. */
interface Reader {
  name: string;
  container: Docker.Container;
  /** The directory that they are in there. */
  directory: string;
  change: FilesChange;
}

/**
 * Writes the files of a volume. They appear all in one step; what runs and reads them is asked before whether it takes
 * them, and told afterwards. Where it doesn't take them, it goes on with those that it has.
 */
await runScript(filesScript, async (given) => {
  const files = await given.stdin();
  const docker = connectEngine();
  const { volume, image, container: name, directory, change } = given;
  const reader =
    name === undefined || directory === undefined || change === undefined
      ? undefined
      : await readerOf(docker, volume, { name, directory, change });
  const set = await FileSet.stage(docker, { volume, image, labels: copyLabels(given) }, files);
  if (reader === undefined) {
    await set.showAlone();
    return;
  }
  await check(reader, set);
  await set.show();
  try {
    await tell(reader);
  } catch (error) {
    await takeBack(reader, set);
    throw refusal(reader, messageOf(error), error);
  }
  await set.clean();
});

/** One that doesn't run, or has another volume, as where it is about to be made anew, reads nothing of it yet. */
async function readerOf(
  docker: Docker,
  volume: string,
  { name, ...rest }: Omit<Reader, "container">,
): Promise<Reader | undefined> {
  const container = docker.getContainer(name);
  const inspected = await orMissing(container.inspect());
  if (inspected?.State.Running !== true) return undefined;
  if (!inspected.Mounts.some((mount) => mount.Name === volume)) return undefined;
  return { name, container, ...rest };
}

async function check(reader: Reader, set: FileSet): Promise<void> {
  const directory = `${reader.directory}/${set.directory}`;
  const argv = (reader.change.check ?? []).map((word) => word.replaceAll(candidate, directory));
  if (argv.length === 0) return;
  const { exitCode, stdout, stderr } = await execIn(reader.container, argv);
  if (exitCode === 0) return;
  await set.discard();
  throw refusal(reader, `${stdout}${stderr}`.trim() || `its check ended with exit code ${exitCode}`);
}

async function tell({ container, change: { then } }: Reader): Promise<void> {
  if ("signal" in then) await container.kill({ signal: then.signal });
  else if ("restart" in then) await container.restart({ t: then.restart.graceSeconds });
  else {
    const { exitCode, stdout, stderr } = await execIn(container, then.command);
    if (exitCode !== 0) throw new Error(`${stdout}${stderr}`.trim() || `it ended with exit code ${exitCode}`);
  }
}

/** The failure that led here must not be hidden by this one. */
async function takeBack(reader: Reader, set: FileSet): Promise<void> {
  try {
    await set.takeBack();
    await tell(reader);
  } catch {
    // It is told again by the next update, which writes them anew.
  }
}

function refusal({ name }: Reader, why: string, cause?: unknown): Error {
  return new Error(
    [
      `${name} does not take its new files, and goes on with those that it has:`,
      why.replaceAll(/^/gm, "  "),
      "Correct the settings that they are made of, or put the former ones back, and run pulumi up again.",
    ].join("\n"),
    { cause },
  );
}
