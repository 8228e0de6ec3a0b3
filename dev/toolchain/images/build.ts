import { catalogue } from "./catalogue.ts";
import { makeDescribed } from "./make-image.ts";

/** One image's download fills the other's unpacking; a third would only wait. */
const atOnce = 2;

/**
 * Makes every local image of the embedded default on the engine; what is there already is left alone.
 *
 * @param engineHost `unix:///path` or `tcp://host:port`
 * @param report takes progress lines
 * @throws when packages cannot be got or the engine refuses; what was made by then stays, running again goes on.
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
