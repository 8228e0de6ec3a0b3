import assert from "node:assert/strict";
import { partOf } from "../../../release/parts.ts";

describe("a release's part of a kind", () => {
  const [backend, frontend] = [{ name: "backend" }, { name: "frontend" }] as const;

  it("is the one that there is", () => {
    assert.equal(partOf([backend, frontend], "files"), frontend);
    assert.equal(partOf([backend, frontend], "service"), backend);
  });

  it("is never a guess", () => {
    assert.equal(partOf([backend], "files"), undefined);
    assert.throws(() => partOf([frontend, backend, frontend], "files"), {
      message: "the release has files twice, and a place for one of them",
    });
  });
});
