import assert from "node:assert/strict";
import { namedBy } from "../../../../ops/prune/inventory.ts";
import { prunePlan, repositoryOf, type Inventory } from "../../../../ops/prune/plan.ts";
import { describePrune, keepOf, pathsOf } from "../../../../ops/prune/prune.ts";
import { notedParts } from "../../support/notes.ts";
import type { ReleaseNote } from "../../../../release/note.ts";

const repositories = ["registry.example:5000/backend", "registry.example:5000/frontend"];
const image = (what: string, tag: string) => `registry.example:5000/${what}:${tag}`;

/** A release by its number: the higher, the newer. */
const id = (number: number) => `${number % 2 ? "blue" : "green"}-0000000${number}`;
const note = (number: number, tag = `v${number}`): ReleaseNote => ({
  release: id(number),
  parts: notedParts({ backend: tag, frontend: tag }, image),
  published: new Date(2026, 0, number),
});

const numbers = [1, 2, 3, 4, 5, 6];
const inventory: Inventory = {
  active: id(6),
  keptByRoute: [id(5)],
  releasesInUse: new Set([id(6), id(5)]),
  notes: numbers.map((number) => note(number)),
  unreadableNotes: [],
  unreadableRecord: undefined,
  frontends: new Map(numbers.map((number) => [id(number), number * 1000])),
  images: numbers.flatMap((number) =>
    ["backend", "frontend"].map((what) => ({
      id: `sha256:${what}${number}`,
      references: [image(what, `v${number}`)],
      bytes: number,
    })),
  ),
  imagesInUse: new Set(["sha256:backend6", "sha256:backend5"]),
  referencesInUse: new Set(
    [6, 5].flatMap((number) => [image("backend", `v${number}`), image("frontend", `v${number}`)]),
  ),
  unknownElsewhere: [],
  generations: ["g5", "g4", "g3", "g2"],
};

const plan = (change: Partial<Inventory> = {}, keep = 2) =>
  prunePlan({ ...inventory, ...change }, { keep, repositories });
const releases = (...args: Parameters<typeof plan>) =>
  plan(...args)
    .releases.map(({ release }) => release)
    .sort();
const images = (...args: Parameters<typeof plan>) =>
  plan(...args)
    .images.map(({ reference }) => reference)
    .sort();
const both = (number: number) => [image("backend", `v${number}`), image("frontend", `v${number}`)];

describe("ops/prune", () => {
  it("keeps the newest superseded releases, and removes what only the others had", () => {
    assert.deepEqual(releases(), [id(1), id(2)].sort());
    assert.deepEqual(images(), [...both(1), ...both(2)].sort());
    assert.deepEqual(plan().generations, ["g3", "g2"]);
    assert.deepEqual(releases({}, 4), []);
    assert.deepEqual(images({}, 4), []);
  });

  it("never touches what serves, what the gateway keeps, what runs and what the state knows, however few are kept", () => {
    assert.deepEqual(
      releases({ keptByRoute: [id(1)], releasesInUse: new Set([id(3)]) }, 0),
      [id(2), id(4), id(5)].sort(),
    );
    assert.deepEqual(images({ keptByRoute: [id(1)] }, 0), [...both(2), ...both(3), ...both(4)].sort());
  });

  it("leaves an image that the config or the state names, a container has, or a kept release shares", () => {
    const named = new Set([...inventory.referencesInUse, image("backend", "v1")]);
    assert.ok(!images({ referencesInUse: named }).includes(image("backend", "v1")));
    const had = new Set(["sha256:frontend2"]);
    assert.ok(!images({ imagesInUse: had }).includes(image("frontend", "v2")));
    const notes = [...inventory.notes.slice(1), note(1, "v4")];
    assert.deepEqual(images({ notes }), both(2).sort());
  });

  it("never touches an image of another repository, whatever a note says", () => {
    const foreign = {
      ...note(1),
      parts: [
        { name: "backend", tag: "8.4", image: "mysql:8.4" },
        { name: "frontend", tag: "v1", image: "registry.example:5000/backend-other:v1" },
      ] as ReleaseNote["parts"],
    };
    const held = [
      { id: "sha256:m", references: ["mysql:8.4"], bytes: 1 },
      { id: "sha256:o", references: ["registry.example:5000/backend-other:v1"], bytes: 1 },
    ];
    const found = plan({
      notes: [foreign, ...inventory.notes.slice(1)],
      images: [...inventory.images, ...held],
    });
    assert.deepEqual(found.images.map(({ reference }) => reference).sort(), both(2).sort());
  });

  it("counts no bytes for an image that stays under another name", () => {
    const held = inventory.images.map((one) =>
      one.id === "sha256:backend1" ? { ...one, references: [...one.references, "mine:v1"] } : one,
    );
    const found = plan({ images: held }).images.find(({ reference }) => reference === image("backend", "v1"));
    assert.equal(found?.bytes, 0);
  });

  it("takes a directory that nobody knows for the oldest", () => {
    const frontends = new Map([...inventory.frontends, ["blue-deadbeef", 7]]);
    assert.deepEqual(releases({ frontends }), ["blue-deadbeef", id(1), id(2)].sort());
  });

  it("says which images nobody could give back", () => {
    assert.match(
      describePrune(plan(), "never"),
      /pullPolicy is never: no registry gives these images back\./,
    );
    assert.doesNotMatch(describePrune(plan(), "missing"), /never/);
    assert.doesNotMatch(describePrune({ ...plan(), images: [] }, "never"), /never/);
  });

  it("says what it frees in bytes", () => {
    const text = describePrune(plan());
    assert.match(text, /^ {2}release blue-00000001 \(v1\) {2}1,000 bytes$/m);
    assert.match(text, /^ {2}image registry\.example:5000\/backend:v2 {2}2 bytes$/m);
    assert.match(text, /^It frees at least 3,006 bytes\.$/m);
    assert.equal(describePrune(plan({}, 9)), "There is nothing to remove.");
  });

  it("knows a repository with a port, a tag and a digest", () => {
    assert.equal(repositoryOf("host:5000/a/b:v1"), "host:5000/a/b");
    assert.equal(repositoryOf("host:5000/a/b@sha256:00"), "host:5000/a/b");
    assert.equal(repositoryOf("a/b:v1@sha256:00"), "a/b");
  });

  it("finds releases and images in an exported state", () => {
    const resources = [
      { urn: "a", type: "pulumi:pulumi:Stack" },
      { urn: "b", type: "docker:index/remoteImage:RemoteImage", inputs: { name: "a:v1" } },
      {
        urn: "c",
        type: "command:local:Command",
        inputs: { environment: { WEBNET_RELEASE: "blue-00000001" } },
      },
    ];
    assert.deepEqual(namedBy({ version: 3, deployment: { resources } }), {
      images: ["a:v1"],
      releases: ["blue-00000001"],
    });
  });

  it("takes a number of releases, or nothing", () => {
    assert.equal(keepOf({}), undefined);
    assert.equal(keepOf({ keep: "0" }), 0);
    assert.throws(() => keepOf({ keep: "-1" }), /--keep is "-1"; allowed: a whole number of releases/);
  });
});

describe("ops/prune, of what can't be read", () => {
  const notes = inventory.notes.slice(1);

  it("leaves a release whose note is cut off, and every image, which it may have had", () => {
    const found = plan({ notes, unreadableNotes: [id(1)] }, 0);
    assert.ok(!found.releases.some(({ release }) => release === id(1)));
    assert.ok(found.releases.some(({ release }) => release === id(2)));
    assert.deepEqual(found.images, []);
    assert.match(
      describePrune(found),
      /^Skipped: blue-00000001 stays, and so do all images: its note can't/m,
    );
  });

  it("leaves every image where it isn't known which ones another stack needs, and says why", () => {
    const found = plan({ unknownElsewhere: ["the stack other may need it"] });
    assert.deepEqual(found.images, []);
    assert.deepEqual(
      found.releases,
      plan().releases.map((release) => ({ ...release, keepsNote: true })),
    );
    assert.deepEqual(pathsOf(found), [`./${id(2)}`, `./${id(1)}`]);
    assert.deepEqual(pathsOf(plan()).length, 4);
    assert.match(describePrune(found), /^Skipped: no image goes: the stack other may need it\.$/m);
  });

  it("finds the images later, of releases whose files went while those had to stay", () => {
    const frontends = new Map(
      [...inventory.frontends].filter(([release]) => ![id(1), id(2)].includes(release)),
    );
    const meanwhile = plan({ frontends, unknownElsewhere: ["the stack other may need it"] });
    assert.deepEqual([meanwhile.releases, meanwhile.images], [[], []]);
    assert.deepEqual(images({ frontends }), [...both(1), ...both(2)].sort());
  });

  it("leaves the note of a release whose image something else uses, until nothing does", () => {
    const imagesInUse = new Set([...inventory.imagesInUse, "sha256:backend1"]);
    const found = plan({ imagesInUse });
    assert.deepEqual(pathsOf(found).sort(), [`./${id(1)}`, `./${id(2)}`, `./.releases/${id(2)}.json`].sort());
    const [, frontend = ""] = both(1);
    assert.deepEqual(images({ imagesInUse }), [frontend, ...both(2)].sort());
    const frontends = new Map([...inventory.frontends].filter(([release]) => release !== id(1)));
    assert.deepEqual(releases({ imagesInUse, frontends }), [id(2)]);
    assert.deepEqual(releases({ frontends }), [id(1), id(2)].sort());
  });

  it("removes a note that is cut off and all that is left of its release", () => {
    const frontends = new Map([...inventory.frontends].filter(([release]) => release !== id(1)));
    const found = plan({ notes, frontends, unreadableNotes: [id(1)] });
    assert.ok(found.releases.some(({ release, tags }) => release === id(1) && tags === "tags unknown"));
    assert.deepEqual(found.skipped, []);
  });

  it("leaves every release where the gateway's record is cut off, and says why", () => {
    const found = plan({ unreadableRecord: "the record is cut off" }, 0);
    assert.deepEqual([found.releases, found.images], [[], []]);
    assert.equal(found.generations.length, 4);
    assert.match(describePrune(found), /^Skipped: no release goes: the record is cut off\.$/m);
    const nothing = describePrune(plan({ unreadableRecord: "x", generations: [] }));
    assert.equal(nothing, "Skipped: no release goes: x.\nThere is nothing to remove.");
  });
});
