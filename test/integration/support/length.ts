/** True in `npm run test:long`, which leaves nothing out. */
export const isLong = process.env["WEBNET_TEST_LONG"] !== undefined;

/** How many of a kind to try: `each` in an ordinary run, `long` in a long one. */
export function howMany(each: number, long: number): number {
  return isLong ? long : each;
}

/** The variants to try: the first `each` in an ordinary run, all in a long one. */
export function someOf<T>(each: number, all: readonly T[]): readonly T[] {
  return isLong ? all : all.slice(0, each);
}

/** A test of the long run only. Ordinary runs show it as pending. */
export const itLong = isLong ? it : it.skip;
