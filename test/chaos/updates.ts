import type { ServingMay } from "./invariants.ts";
import { otherColor, type Config, type Model, type Tag } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import type { Update } from "./update.ts";

const shownCharacters = 3000;

/** Which colour a step is about. */
export type Place = "active" | "standby";

/** Runs an update to a config, and demands the outcome that the model predicts. */
export async function predictedUp(
  model: Model,
  platform: ChaosPlatform,
  config: Config,
): Promise<ServingMay> {
  const outcome = model.predict(config);
  const moves = model.movesRoute(config);
  demand(await platform.up(config), outcome === "succeeds");
  if (outcome === "fails") {
    model.failed(config);
    return "stay";
  }
  model.updated(config);
  return moves ? "change" : "stay";
}

/** Fails unless an update ended as it should, with the end of what it printed. */
export function demand(update: Update, ok: boolean): void {
  if (update.ok === ok) return;
  const end = update.output.trim().slice(-shownCharacters).replaceAll(/^/gm, "      ");
  throw new Error(`the update should have ${ok ? "succeeded" : "failed"} and did not:\n${end}`);
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
