import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { configPath } from "../../../settings/commands.ts";
import { settingsReference } from "../../../settings/reference.ts";
import { settingsSchema } from "../../../settings/schema/settings.ts";
import { bare, defaultAt, leaves } from "../../../settings/shape.ts";

describe("settings: the reference", () => {
  it("docs/settings.md is what the schema says (npm run reference)", () => {
    const file = readFileSync(new URL("../../../docs/settings.md", import.meta.url), "utf8");
    assert.equal(file, settingsReference());
  });

  for (const [path, schema] of leaves(settingsSchema)) {
    it(`${configPath(path)} says what it means and what is allowed`, () => {
      const { description, allowed, placeholder } = schema.meta() ?? {};
      assert.match(description ?? "", /^[A-Z].*\.$/);
      assert.ok(allowed);
      const isScalar = !(bare(schema) instanceof z.ZodArray) && !(bare(schema) instanceof z.ZodRecord);
      if (isScalar) assert.match(placeholder ?? "", /^<[^\s|]+>$/);
    });

    const value = defaultAt(settingsSchema, path);
    if (value === undefined) continue;
    it(`${configPath(path)} has a default that it would accept, with its reason`, () => {
      assert.deepEqual(schema.parse(value), value);
      assert.ok(schema.meta()?.why);
    });
  }
});
