export { parseSettings, type Health, type Limits, type Settings } from "./parse.ts";
export type { Color } from "./color.ts";
export { SettingsError } from "./problem.ts";
export { backendHoldsSecret, readSettings } from "./read.ts";
