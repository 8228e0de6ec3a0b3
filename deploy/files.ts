import { filesScript, type FilesNote } from "../contract/files.ts";
import { connectEngine } from "../engine/client.ts";
import { FileSet } from "../engine/file-set.ts";
import { messageOf } from "../host/message.ts";
import { copyTarget, runScript } from "./input.ts";
import { Reader, Refused } from "./reader.ts";
import { keepSecretText } from "./secrets.ts";

/**
 * Writes the files of a volume. They appear all in one step. A running container that reads them is asked before and
 * told afterwards; if it refuses, it goes on with the former ones.
 */
await runScript(filesScript, async (given) => {
  const files = await given.stdin();
  const docker = connectEngine();
  const { container, directory, onChange = {}, digest, repairs = 0 } = given;
  // A reader's check quotes its files, which an operator needs to see: they are no secrets then.
  if (digest === undefined) for (const { content } of files) keepSecretText(content);
  const note: FilesNote = { repairs, ...(digest !== undefined && { digest }) };
  const read =
    container !== undefined && directory !== undefined
      ? { name: container, volume: given.volume, directory, onChange }
      : undefined;
  const reader = read && (await Reader.of(docker, read));
  const set = await FileSet.stage(docker, copyTarget(given), files, read ? JSON.stringify(note) : "");
  if (read === undefined) {
    await orDiscard(set, () => set.showAlone());
    return;
  }
  if (reader === undefined) {
    await orDiscard(set, () => set.show());
    // It may have started since, and have read the former files.
    await (await Reader.of(docker, read))?.tell();
    await set.settle();
    return;
  }
  await orDiscard(set, () => reader.check(set.directory));
  await orDiscard(set, () => set.show());
  try {
    await reader.tell();
  } catch (error) {
    throw await wayBack(set, reader, messageOf(error));
  }
  await set.settle();
});

async function orDiscard(set: FileSet, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    await set.discard();
    throw error;
  }
}

/** Returns the error for the operator: the reason that led here, and how the way back went. */
async function wayBack(set: FileSet, reader: Reader, why: string): Promise<Error> {
  let reads = "the new files";
  try {
    await set.takeBack();
    reads = "the former files again";
    await reader.tell();
    await set.undone();
    return new Refused(reader.name, why);
  } catch (error) {
    return new Error(
      [
        `${reader.name} does not take its new files:`,
        why.replaceAll(/^/gm, "  "),
        "The way back to the former ones failed too:",
        messageOf(error).replaceAll(/^/gm, "  "),
        `Its volume has ${reads}; whether it has read them is not known, a restart would: docker restart ${reader.name}`,
        "Correct the settings that the files are made of, or put the former ones back, and run pulumi up again: the next",
        "update writes and tells them anew, even if no setting has changed.",
      ].join("\n"),
      { cause: error },
    );
  }
}
