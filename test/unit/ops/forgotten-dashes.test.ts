import assert from "node:assert/strict";
import { mustBeOurs } from "../../../ops/forgotten-dashes.ts";

const options = ["stack", "dry-run", "tag", "yes"];
const byNpm = { npm_lifecycle_event: "ops" };

describe("an operator's command whose -- was forgotten", () => {
  it("is refused with what npm took, and the line to type", () => {
    const taken = { ...byNpm, npm_config_stack: "true", npm_config_dry_run: "true" };
    assert.throws(() => {
      mustBeOurs("prune", options, taken);
    }, /^Error: npm took --stack --dry-run for itself, and nothing was done\. .*: npm run ops -- prune --stack --dry-run …$/);
  });

  it("is told from npm's own configuration, and from a command without npm", () => {
    mustBeOurs("prune", options, { ...byNpm, npm_config_tag: "next", npm_config_yes: "true" });
    mustBeOurs("prune", options, { ...byNpm, npm_config_dry_run: "" });
    mustBeOurs("prune", options, { npm_config_dry_run: "true" });
  });
});
