/**
 * Which files under `/assets/` have a hash of their content in their name, as bundlers write it: `index-C4J-x9_a.js`,
 * `main.0f1e2d3c.chunk.js`, `0123456789abcdef.woff2`. What is taken for one is kept by browsers for a year, and found in
 * other releases as well, so that names which people give must not be: `en.json`, `Inter-SemiBold.woff2`,
 * `photo-20240105.jpg`. Each is a regular expression for a whole path that JavaScript and nginx both read.
 */

/** What a hash ends at: an extension, or several. */
const end = "\\.[^/]+$";
const eight = "[A-Za-z0-9_-]{8}";
const plain = "[A-Za-z0-9]{8,64}";
/** A number in hexadecimal digits, which may look like a word with a number, or like a date. */
const hexadecimal = "(?=[a-f]{0,63}[0-9])[0-9a-f]{8,64}";
// No further than a hash is long: addresses are what anybody sends.
const notOnlySmall = "(?=[a-z_-]{0,7}[0-9A-Z])";

/** Words in any mixture of small and capital letters, with numbers; sizes; dates. */
const piece = [
  "(?:[A-Z][a-z]{2,})*[A-Z]?[a-z]*[0-9]*",
  "[a-z]+(?:[A-Z][a-z]{2,})+[0-9]*",
  "[a-z]*[A-Z][a-z]{2,}[0-9]+[A-Z][a-z]+",
  // With a letter that no hexadecimal number has.
  "(?=[a-z0-9]*[g-z])[a-z]{2,}[0-9]{1,4}[a-z]+",
  "[A-Z]{1,7}[0-9]*",
  "[A-Z]{9,}",
  "[0-9]+x[0-9]+",
  "[0-9]+[a-z]{1,2}",
].join("|");
const words = `(?:${piece})(?:[-_](?:${piece}))*\\.`;

/** What surely is one, after what may stand before it: nothing that a person may have written. */
const sure = `(?:[^/]*[-.])?(?=${eight}\\.)(?!${words})${eight}|(?:[^/]*[-._~])?(?=${plain}\\.)(?!${words})${plain}`;

/** Names that surely have one. */
export const surelyHashed = `/(?:${sure})${end}`;

/**
 * Names that may have one: eight characters after a hyphen or a dot, as most bundlers write it, also where they look like
 * a word, as one in thirty does; and hexadecimal numbers. A file of such a name may come from another release, where the
 * own one lacks it: a page from before a switch would lose it otherwise.
 */
export const mayBeHashed = `/(?:[^/]*-${eight}|[^/]*\\.${notOnlySmall}${eight}|(?:[^/]*[-._~])?${hexadecimal}|${sure})${end}`;
