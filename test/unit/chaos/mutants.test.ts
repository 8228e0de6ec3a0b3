import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mutants, mutated } from "../../chaos/mutants.ts";
import { projectRoot } from "../../../host/project.ts";

describe("a mutant of the fault test", () => {
  for (const [name, mutant] of Object.entries(mutants)) {
    it(`${name} finds the text that it replaces`, () => {
      const text = readFileSync(join(projectRoot, mutant.file), "utf8");
      assert.notEqual(mutated(name, mutant, text), text);
    });
  }

  it("says where the text isn't", () => {
    const mutant = { what: "nothing", file: "deploy/route.ts", from: "no such text", to: "" };
    assert.throws(() => mutated("absent", mutant, "some text"), {
      message: "the mutant absent replaces a text that stands in deploy/route.ts 0 times: no such text",
    });
    assert.throws(() => mutated("twice", mutant, "no such text, no such text"), /stands in .* 2 times/);
  });
});
