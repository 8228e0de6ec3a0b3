import type { ServingMay } from "./invariants.ts";
import { otherColor, type Config, type Model, type Reason, type Tag } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import type { Update } from "./update.ts";

const shownCharacters = 3000;

/** The message of an update for each reason to fail. */
const messages: Record<Reason, RegExp> = {
  "missing image": /the registry has no such image/,
  unhealthy: /release \S+ (turned unhealthy|was not healthy within)/,
  exits: /release \S+ exited/,
  "smoke check": /smoke check by the guarded route failed in round \d of \d/,
};

/** The colour that a step changes. */
export type Place = "active" | "standby";

/** Runs an update to a config. Throws unless it ends as the model predicts. */
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

/** Throws, with the end of the output, unless the update succeeded. */
export function demandSuccess(update: Update): void {
  if (!update.ok) throw new Error(`the update should have succeeded and did not:\n${end(update)}`);
}

/** Throws, with the end of the output, unless the update failed with this message. */
export function demandFailure(update: Update, message: RegExp): void {
  if (update.ok) throw new Error(`the update should have failed and did not:\n${end(update)}`);
  if (message.test(update.output)) return;
  throw new Error(`the update should have failed with ${String(message)}, and printed:\n${end(update)}`);
}

function end({ output }: Update): string {
  return output.trim().slice(-shownCharacters).replaceAll(/^/gm, "      ");
}

/** The config with another tag for the active colour or the standby. */
export function withTag(config: Config, place: Place, tag: Tag): Config {
  const color = place === "active" ? config.active : otherColor(config.active);
  return { ...config, tags: { ...config.tags, [color]: tag } };
}

/** The config with the other colour active. */
export function switched(config: Config): Config {
  return { ...config, active: otherColor(config.active) };
}
