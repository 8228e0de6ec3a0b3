export { parseSettings, type Color, type Health, type Limits, type Settings } from "./parse.ts";
export { SettingsError } from "./problem.ts";
export { readSettings } from "./read.ts";
