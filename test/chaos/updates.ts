import type { ServingMay } from "./invariants.ts";
import { otherColor, type Config, type Model, type Reason, type Tag } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import type { Update } from "./update.ts";

const shownCharacters = 3000;

/** How an update says why it failed. */
const messages: Record<Reason, RegExp> = {
  "missing image": /the registry has no such image/,
  unhealthy: /release \S+ (turned unhealthy|was not healthy within)/,
  exits: /release \S+ exited/,
  "smoke check": /smoke check by the guarded route failed in round \d of \d/,
};

/** Which colour a step is about. */
export type Place = "active" | "standby";

/** Runs an update to a config, and demands the outcome that the model predicts. */
export async function predictedUp(
  model: Model,
  platform: ChaosPlatform,
  config: Config,
): Promise<ServingMay> {
  const reason = model.predict(config);
  const moves = model.movesRoute(config);
  const update = await platform.up(config);
  if (reason !== undefined) {
    demandFailure(update, messages[reason]);
    model.failed(config);
    return "stay";
  }
  demandSuccess(update);
  model.updated(config);
  return moves ? "change" : "stay";
}

/** Fails, with the end of what it printed, unless an update ended well. */
export function demandSuccess(update: Update): void {
  if (!update.ok) throw new Error(`the update should have succeeded and did not:\n${end(update)}`);
}

/** Fails, with the end of what it printed, unless an update failed and this message says why. */
export function demandFailure(update: Update, message: RegExp): void {
  if (update.ok) throw new Error(`the update should have failed and did not:\n${end(update)}`);
  if (message.test(update.output)) return;
  throw new Error(`the update should have failed with ${String(message)}, and printed:\n${end(update)}`);
}

function end({ output }: Update): string {
  return output.trim().slice(-shownCharacters).replaceAll(/^/gm, "      ");
}

/** A config with another tag for the colour in a place. */
export function withTag(config: Config, place: Place, tag: Tag): Config {
  const color = place === "active" ? config.active : otherColor(config.active);
  return { ...config, tags: { ...config.tags, [color]: tag } };
}

/** A config with the other colour active. */
export function switched(config: Config): Config {
  return { ...config, active: otherColor(config.active) };
}
