import type Docker from "dockerode";
import type { Readable } from "node:stream";
import { connectEngine } from "../../../engine/client.ts";
import type { ImageConfig } from "./description.ts";

/** Label of our images, with the hash of their source. */
export const sourceLabel = "webnet.source";

/**
 * Connects to the engine at `unix:///path` or `tcp://host:port`.
 *
 * @throws on any other address: the engine of the embedded default is on this machine.
 */
export function connect(engineHost: string): Docker {
  const url = new URL(engineHost);
  if (url.protocol === "unix:" || url.protocol === "tcp:") return connectEngine(engineHost);
  throw new Error(`Engine "${engineHost}": images are made at unix:///path or tcp://host:port only.`);
}

/** True if the engine has the image from exactly this source. */
export async function isPresent(engine: Docker, reference: string, source: string): Promise<boolean> {
  try {
    const { Config } = await engine.getImage(reference).inspect();
    // Some engines answer null if there are no labels.
    const labels = Config.Labels as Record<string, string> | null;
    return labels?.[sourceLabel] === source;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

/** Splits `name:tag` into the two parts that the API takes. Throws if there is no tag. */
export function splitReference(reference: string): { repo: string; tag: string } {
  const at = reference.lastIndexOf(":");
  if (at <= reference.lastIndexOf("/"))
    throw new Error(`Image "${reference}": has no tag, wants "name:tag".`);
  return { repo: reference.slice(0, at), tag: reference.slice(at + 1) };
}

/** The image's configuration as Dockerfile lines, which the engine takes with a layer. Without the stop signal. */
export function changesOf(config: ImageConfig, source: string): string[] {
  const labels = { ...config.labels, [sourceLabel]: source };
  return [
    ...Object.entries(config.env ?? {}).map(([name, value]) => `ENV ${name}=${quoted(value)}`),
    ...(config.exposedPorts ?? []).map((port) => `EXPOSE ${port}/tcp`),
    ...(config.user === undefined ? [] : [`USER ${config.user}`]),
    ...(config.workdir === undefined ? [] : [`WORKDIR ${config.workdir}`]),
    ...Object.entries(labels).map(([name, value]) => `LABEL ${quoted(name)}=${quoted(value)}`),
    ...(config.entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify(config.entrypoint)}`]),
    ...(config.cmd === undefined ? [] : [`CMD ${JSON.stringify(config.cmd)}`]),
  ];
}

/** An image to make: its name, its configuration and the source for its label. */
export interface Target {
  reference: string;
  config: ImageConfig;
  source: string;
}

/**
 * Makes an image of one layer from a tar stream.
 *
 * @throws the error that the engine reports while it reads the stream; its status 200 comes before that.
 */
export async function importTar(engine: Docker, target: Target, tar: Readable): Promise<void> {
  const { reference, config, source } = target;
  // An import can't set a stop signal, but a commit can. Until the commit, the image must not look finished.
  const changes = changesOf(config, config.stopSignal === undefined ? source : "unfinished");
  const answer = await sending(tar, (abortSignal) =>
    engine.importImage(tar, { ...splitReference(reference), changes, abortSignal }),
  );
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(answer, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  if (config.stopSignal !== undefined) await commit(engine, reference, target);
}

/** Makes an image from `base` and the entries of a tar stream. Runs nothing. */
export async function commit(engine: Docker, base: string, target: Target, tar?: Readable): Promise<void> {
  const { reference, config, source } = target;
  const name = `webnet-image-${reference.replace(/[^\w.-]/g, "-")}`;
  await removeContainer(engine, name);
  const container = await engine.createContainer({
    name,
    Image: base,
    ...(config.stopSignal === undefined ? {} : { StopSignal: config.stopSignal }),
    HostConfig: { NetworkMode: "none" },
  });
  try {
    if (tar) await sending(tar, (abortSignal) => container.putArchive(tar, { path: "/", abortSignal }));
    await container.commit({
      ...splitReference(reference),
      changes: changesOf(config, source),
      pause: false,
    });
  } finally {
    await container.remove({ force: true });
  }
}

/** Aborts the request when the tar fails: the engine would wait for the rest forever. */
async function sending<T>(tar: Readable, send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  tar.once("error", (error) => {
    abort.abort(error);
  });
  try {
    return await send(abort.signal);
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  }
}

async function removeContainer(engine: Docker, name: string): Promise<void> {
  try {
    await engine.getContainer(name).remove({ force: true });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("$", "\\$");
}
