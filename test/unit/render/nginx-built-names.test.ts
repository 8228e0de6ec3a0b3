import assert from "node:assert/strict";
import { mayBeHashed, ofOneBuild, surelyHashed } from "../../../render/nginx/hashed.ts";
import { builtNames } from "./built-names.ts";

const [may, surely, oneBuild] = [mayBeHashed, surelyHashed, ofOneBuild].map((text) => new RegExp(text)) as [
  RegExp,
  RegExp,
  RegExp,
];

/** The paths of a list, at the top and below a base path. */
function paths(list = ""): string[] {
  const names = list.split(/\s+/).filter((name) => name !== "");
  return names.flatMap((name) => [`/${name}`, `/app/${name}`]);
}

describe("render/nginx: the names that builders give", () => {
  for (const { builder, hashed, maybe, ofOneBuild: manifests, unhashed } of builtNames) {
    it(`are told apart: ${builder}`, () => {
      for (const path of paths(hashed)) {
        assert.ok(surely.test(path), `${path} is asked for anew`);
        assert.ok(may.test(path), `${path} is lost by a page from before a switch`);
      }
      for (const path of paths(maybe))
        assert.deepEqual([surely.test(path), may.test(path)], [false, true], path);
      for (const path of paths(manifests))
        assert.deepEqual([surely.test(path), oneBuild.test(path)], [false, true], path);
      const shared = paths(unhashed).filter((path) =>
        [may, surely, oneBuild].some((kind) => kind.test(path)),
      );
      assert.deepEqual(shared, [], "would be another release's");
    });
  }

  it("are no reason to keep what a person puts elsewhere, or a page", () => {
    for (const path of [
      "/_app/version.json",
      "/_next/data.json",
      "/my_app/immutable/en.json",
      "/_astro/index.html",
      "/_app/immutable",
      "/a/b/c/d/e/_astro/en.json",
    ])
      assert.ok(!surely.test(path) && !may.test(path), path);
  });

  it("are found when an application chooses the build's name", () => {
    assert.ok(oneBuild.test("/_next/static/v1.2.3/_buildManifest.js"));
    assert.ok(!oneBuild.test("/_next/static/v1.2.3/page.js"));
  });
});
