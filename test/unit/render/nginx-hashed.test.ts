import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mayBeHashed, surelyHashed } from "../../../render/nginx/hashed.ts";

const [may, surely] = [new RegExp(mayBeHashed), new RegExp(surelyHashed)];

const samples = 3000;

/** Different hashes, the same in every run. */
function digests(): Buffer[] {
  return Array.from({ length: samples }, (_, at) => createHash("sha256").update(String(at)).digest());
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** How bundlers write a hash, and the share of names that may look like words: browsers ask for these anew. */
const bundlers: [string, (digest: Buffer) => string, number][] = [
  ["Vite and Rollup", (digest) => `index-${digest.toString("base64url").slice(0, 8)}.js`, 0.06],
  ["a hash after a dot", (digest) => `index.${digest.toString("base64url").slice(0, 8)}.js`, 0.06],
  ["Parcel", (digest) => `index.${digest.toString("hex").slice(0, 8)}.css`, 0.12],
  ["webpack", (digest) => `main.${digest.toString("hex").slice(0, 20)}.chunk.js`, 0.005],
  ["webpack's asset modules", (digest) => `${digest.toString("hex").slice(0, 20)}.woff2`, 0.005],
  [
    "esbuild and Angular",
    (digest) => `chunk-${[...digest.subarray(0, 8)].map((byte) => base32[byte & 31]).join("")}.js.map`,
    0.1,
  ],
];

const givenByPeople =
  "i18n/en.json i18n/de-CH.json i18n/translations.json config/settings.json manifest.webmanifest logo.png logo@2x.png " +
  "fonts/Inter-SemiBold.woff2 fonts/Inter-Bold-700.woff2 fonts/inter-latin-ext-400-normal.woff2 fa-solid-900.woff2 " +
  "NotoSansJP-Regular.otf OpenSans-ExtraBoldItalic.woff2 icon-512x512.png hero-1920x1080.jpg photo-20240105.jpg " +
  "IMG-20240105-WA0001.jpg DSC00012.JPG report-2024-01-05.pdf jquery-3.7.1.min.js jquery.validate.js MainMenu.svg " +
  "icon-MainMenu.svg en-messages.json internationalization.json README-CHANGELOG.md sprite3d.png geo-world110m.json " +
  "iPhone15Pro.png mp3player.png country-GB.svg video-1080p.mp4 über uns.pdf küste-übersicht.jpg LICENSE noextension1A";

describe("render/nginx: a hash in a file's name", () => {
  for (const [what, name, mistaken] of bundlers) {
    it(`is seen as ${what} writes it`, () => {
      const paths = digests().map((digest) => `/assets/${name(digest)}`);
      const share = (pattern: RegExp) => paths.filter((path) => !pattern.test(path)).length / samples;
      assert.ok(share(surely) <= mistaken, `${share(surely)} are asked for anew`);
      assert.ok(share(may) <= 0.005, `${share(may)} are lost by a page from before a switch`);
      assert.deepEqual(
        paths.filter((path) => surely.test(path) && !may.test(path)),
        [],
      );
    });
  }

  it("is none in the names that people give", () => {
    const taken = givenByPeople.split(/ (?!uns)/).filter((name) => surely.test(`/assets/${name}`));
    assert.deepEqual(taken, []);
  });

  it("may be none at all in names of one word", () => {
    for (const name of [
      "i18n/en.json",
      "translations.json",
      "config/settings.json",
      "logo.png",
      "mein bild.png",
    ])
      assert.ok(!may.test(`/assets/${name}`), name);
  });

  it("is of the file and not of its folder", () => {
    assert.ok(!may.test("/assets/v-C4J-x9_a.js/en.json"));
    assert.ok(!surely.test("/assets/0123456789abcdef.x/en.json"));
  });

  it("is looked for in no longer than the path is", () => {
    const began = performance.now();
    for (const part of ["a-", "A_", "aB", "a1", "Aaa", "-", "a."]) {
      const path = `/assets/${part.repeat(30_000)}`;
      for (const pattern of [may, surely]) pattern.test(path);
    }
    assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`);
  });
});
