/** Whether the run is `npm run test:long`, which leaves nothing out. */
export const isLong = process.env["WEBNET_TEST_LONG"] !== undefined;

/** How many of a kind are tried: fewer in each run, all in a long one. */
export function howMany(each: number, long: number): number {
  return isLong ? long : each;
}

/** Variants of one kind: the first of them in each run, all in a long one. */
export function someOf<T>(each: number, all: readonly T[]): readonly T[] {
  return isLong ? all : all.slice(0, each);
}

/** A test of the long run alone; in others it is shown as pending. */
export const itLong = isLong ? it : it.skip;
