import assert from "node:assert/strict";
import { parseNote } from "../../../release/note.ts";
import { notedParts } from "../support/notes.ts";

const published = "2026-01-01T00:00:00.000Z";

describe("a release's note", () => {
  const parts = notedParts({ backend: "v1", frontend: "w1" });

  it("is read as it was written", () => {
    const note = { release: "blue-00000001", parts, published };
    assert.deepEqual(parseNote(JSON.stringify(note)), { ...note, published: new Date(published) });
  });

  it("is read as an earlier webnet wrote it, with and without the image's id", () => {
    const former = {
      release: "blue-00000001",
      backendTag: "v1",
      frontendTag: "w1",
      backendImage: "backend:v1",
      frontendImage: "frontend:w1",
      published,
    };
    assert.deepEqual(parseNote(JSON.stringify(former))?.parts, parts);
    const withId = parseNote(JSON.stringify({ ...former, frontendImageId: "sha256:1" }))?.parts;
    assert.deepEqual(
      withId?.map(({ name, imageId }) => [name, imageId]),
      [
        ["backend", undefined],
        ["frontend", "sha256:1"],
      ],
    );
  });

  it("is none where it is cut off, or says nothing of its parts", () => {
    for (const text of [
      "",
      "{",
      '{"release":"blue-00000001"',
      "{}",
      `{"release":"b","published":"${published}"}`,
    ])
      assert.equal(parseNote(text), undefined, text);
    const empty = JSON.stringify({ release: "b", published, parts: [] });
    assert.equal(parseNote(empty), undefined);
  });
});
