import { join } from "node:path";
import { makeImage, type ImageConfig } from "../../toolchain/images/make-image.ts";

/** The tags of the plain backends. */
export const plainTags = ["v1", "v2"] as const;

/** The repository of each plain backend. */
export const plainRepositories = {
  node: "webnet.local/sample-plain-node",
  python: "webnet.local/sample-plain-python",
} as const;

/** Leads wget nowhere: like the images of Node and Python that many start from, these have neither it nor curl. */
const withoutWget = { "/usr/bin/wget": "/nowhere" };

const programs = {
  node: { file: "backend.ts", entrypoint: ["/usr/local/bin/node"] },
  python: { file: "backend.py", entrypoint: ["/usr/bin/python3", "-B"] },
} as const;

/**
 * Makes the plain backends in every tag, on the engine at `engineHost`. Skips images that the engine has from the same
 * sources.
 *
 * @param report takes a line for each new image
 */
export async function buildPlainImages(engineHost: string, report: (line: string) => void): Promise<void> {
  for (const base of ["node", "python"] as const) {
    const { file, entrypoint } = programs[base];
    const path = `/opt/app/${file}`;
    for (const tag of plainTags) {
      const config: ImageConfig = { entrypoint: [...entrypoint, path], cmd: [], user: "10001" };
      await makeImage({
        engineHost,
        reference: `${plainRepositories[base]}:${tag}`,
        base,
        links: withoutWget,
        files: { [path]: { from: join(import.meta.dirname, file) }, "/opt/app/tag": tag },
        config,
        report,
      });
    }
  }
}
