import { catalogue } from "./catalogue.ts";
import { makeDescribed } from "./make-image.ts";

/** One image downloads while the other unpacks. A third would only wait. */
const atOnce = 2;

/**
 * Makes every local image of the embedded default on the engine. Skips images that already exist.
 *
 * @param engineHost `unix:///path` or `tcp://host:port`
 * @param report receives progress lines
 * @throws when packages can't be fetched or the engine refuses. Finished images stay, and the next run continues.
 */
export async function buildImages(engineHost: string, report: (line: string) => void): Promise<void> {
  const waiting = [...catalogue];
  const work = async (): Promise<void> => {
    for (let image = waiting.shift(); image; image = waiting.shift()) {
      await makeDescribed(engineHost, image, report);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
