import type { Config } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import { demand } from "./updates.ts";

const mostTries = 4;

/**
 * Does after an update that was killed what docs/operations.md says: frees the lock, updates, and follows what the
 * update's message names.
 *
 * @throws when that doesn't lead to a good update.
 */
export async function heal(platform: ChaosPlatform, config: Config): Promise<void> {
  await platform.cancel();
  let update = await platform.up(config);
  for (let tries = 1; !update.ok && tries < mostTries; tries += 1) {
    const urn = /pulumi up --replace '([^']+)'/.exec(update.output)?.[1];
    const taken = /container name "\/([^"]+)" is already in use/.exec(update.output)?.[1];
    if (urn !== undefined) {
      update = await platform.up(config, "--replace", urn);
    } else if (taken !== undefined) {
      await platform.removeOrphan(taken);
      update = await platform.up(config);
    } else {
      break;
    }
  }
  demand(update, true);
  await platform.removeCopies();
}
