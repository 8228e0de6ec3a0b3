import assert from "node:assert/strict";
import { pendingInConfig } from "../../../ops/status/pending.ts";
import { notedParts } from "../support/notes.ts";
import { platformWith } from "../support/platform.ts";

const route = "blue-00000001";
const settings = (activeColor: string, tag: string) =>
  platformWith({
    activeColor,
    "colors.blue.backendTag": tag,
    "colors.blue.frontendTag": tag,
    "colors.green.backendTag": "v9",
    "colors.green.frontendTag": "v9",
  }).settings;
const noted = (tag: string) => [{ release: route, parts: notedParts({ backend: tag, frontend: tag }) }];

describe("ops/status: what the config wants and nobody has applied", () => {
  it("is nothing where it serves", () => {
    assert.equal(pendingInConfig(settings("blue", "v1"), route, noted("v1")), undefined);
    assert.equal(pendingInConfig(settings("blue", "v1"), route, []), undefined);
  });

  it("is another colour, or other tags of the same", () => {
    assert.equal(pendingInConfig(settings("green", "v1"), route, noted("v1")), "green v9");
    assert.equal(pendingInConfig(settings("blue", "v2"), route, noted("v1")), "blue v2");
  });
});
