/**
 * Which files have a hash of their content in their name, as bundlers write it: `index-C4J-x9_a.js`,
 * `main.0f1e2d3c.chunk.js`, `0123456789abcdef.woff2`. Browsers keep such a file for a year, and nginx looks for it in
 * other releases as well. So names that people give must not match: `en.json`, `Inter-SemiBold.woff2`,
 * `photo-20240105.jpg`. Each is a regular expression for a whole path that JavaScript and nginx both read.
 */

/** Kinds of files that a page loads. None of a page: its address must not be one that lasts. */
const kinds = [
  "[cm]?js|css|map|json|wasm|webmanifest|svg|png|jpe?g|gif|webp|avif|ico|bmp|cur",
  "woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|mov|og[gav]|wav|flac|aac|vtt|pdf|txt|xml|csv|md|bin|dat|data",
  "glb|gltf|hdr|ktx2|lottie|riv|zip|gz|br|swf",
].join("|");
/** What follows a hash: one extension, or several. */
const end = `\\.(?:[^/]+\\.)?(?:${kinds})$`;
/**
 * Folders of builders that put nothing else there, by what they say themselves: Next.js, SvelteKit, Astro. A base path
 * may come first. Turbopack's hashes are of small letters, digits and separators: `0pk2_hb7lvn8l.css`.
 */
const folders = "_next/static/(?:chunks|css|media)|_app/immutable|_astro";
const inFolder = `^/(?:[^/]+/){0,4}(?:${folders})/.+\\.(?:${kinds})$`;
const eight = "[A-Za-z0-9_-]{8}";
const plain = "[A-Za-z0-9]{8,64}";
/** Hexadecimal digits with at least one from 0 to 9. May look like a word with a number, or like a date. */
const hexadecimal = "(?=[a-f]{0,63}[0-9])[0-9a-f]{8,64}";
// Looks no further than a hash is long: any client can send any address.
const notOnlySmall = "(?=[a-z_-]{0,7}[0-9A-Z])";

/** Words in upper and lower case, with numbers; sizes; dates. */
const piece = [
  "(?:[A-Z][a-z]{2,})*[A-Z]?[a-z]*[0-9]*",
  "[a-z]+(?:[A-Z][a-z]{2,})+[0-9]*",
  "[a-z]*[A-Z][a-z]{2,}[0-9]+[A-Z][a-z]+",
  // With a letter that no hexadecimal number has.
  "(?=[a-z0-9]*[g-z])[a-z]{2,}[0-9]{1,4}[a-z]+",
  // As Angular's `3rdpartylicenses.txt`.
  "[0-9]{1,2}(?=[a-z]*[g-z])[a-z]{3,}",
  "[A-Z]{1,7}[0-9]*",
  "[A-Z]{9,}",
  "[0-9]+x[0-9]+",
  "[0-9]+[a-z]{1,2}",
].join("|");
const words = `(?:${piece})(?:[-_](?:${piece}))*\\.`;

/** A sure hash, with what may come before it: no text that a person may have written. */
const sure = `(?:[^/]*[-.])?(?=${eight}\\.)(?!${words})${eight}|(?:[^/]*[-._~])?(?=${plain}\\.)(?!${words})${plain}`;

/** Names that surely have a hash. */
export const surelyHashed = `${inFolder}|/(?:${sure})${end}`;

/**
 * Names that may have a hash: hexadecimal numbers, and eight characters after a hyphen or a dot, as most bundlers write
 * it, even if they look like a word, as one in thirty does; but not the name of Next.js's `__next.__PAGE__.txt`. If a
 * request's own release lacks such a file, another may provide it: otherwise a page from before a switch would lose it.
 */
export const mayBeHashed = `${inFolder}|/(?:[^/]*-${eight}|[^/]*\\.(?!__)${notOnlySmall}${eight}|(?:[^/]*[-._~])?${hexadecimal}|${sure})${end}`;

/**
 * The manifests that Next.js puts into a folder with the build's name, which an application may choose: they are of one
 * release, whatever their names.
 */
export const ofOneBuild = "^/(?:[^/]+/){0,4}_next/static/[^/]+/_[A-Za-z]+\\.js(?:\\.map)?$";
