import type { Path } from "./shape.ts";

/**
 * The value of a setting, or its default. Undefined if it has none, or if the setting is wrong by itself: that is
 * reported already.
 */
export type Get = (path: Path) => unknown;

/** Whether a setting is wrong by itself. */
export type IsBroken = (path: Path) => boolean;
