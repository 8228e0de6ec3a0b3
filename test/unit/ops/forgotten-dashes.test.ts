import assert from "node:assert/strict";
import { mustBeOurs } from "../../../ops/forgotten-dashes.ts";

const options = ["stack", "dry-run", "tag", "yes", "json"];
const byNpm = { npm_lifecycle_event: "ops" };

describe("an operator's command whose -- was forgotten", () => {
  it("is refused with what npm took, and the line to type", () => {
    const taken = { ...byNpm, npm_config_stack: "true", npm_config_dry_run: "true" };
    assert.throws(() => {
      mustBeOurs("prune", options, { given: [], environment: taken });
    }, /^Error: npm took --stack --dry-run for itself, and nothing was done\. .*: npm run ops -- prune --stack --dry-run …$/);
  });

  it("is told from npm's own configuration, and from a command without npm", () => {
    const quiet = (environment: Record<string, string>, ...given: string[]): void => {
      mustBeOurs("prune", options, { given, environment });
    };
    quiet({ ...byNpm, npm_config_tag: "next", npm_config_yes: "true", npm_config_json: "true" });
    quiet({ ...byNpm, npm_config_dry_run: "" });
    quiet({ ...byNpm, npm_config_dry_run: "true" }, "--dry-run");
    quiet({ npm_config_dry_run: "true" });
  });
});
