import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exceptions } from "../../../policy/exceptions.ts";
import { policyRules } from "../../../settings/policy.ts";
import { root } from "./pages.ts";

const page = readFileSync(join(root, "docs", "security-and-state.md"), "utf8");

/** The rows of the table under a heading, without its head. */
function rowsUnder(heading: string): string[][] {
  const [, below = ""] = page.split(`\n## ${heading}\n`);
  const lines = (below.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs: security", () => {
  it("lists every rule of the policy, as the code has it", () => {
    assert.deepEqual(
      rowsUnder("What every preview refuses"),
      Object.entries(policyRules).map(([name, { means, why }]) => [`\`${name}\``, means, why]),
    );
  });

  it("lists every exception of our own containers, each with its reason", () => {
    const ours = Map.groupBy(exceptions, ({ reason }) => reason);
    assert.deepEqual(
      rowsUnder("What our own containers may all the same"),
      [...ours].map(([reason, same]) => [
        same.map(({ role }) => role).join(", "),
        (same[0]?.cis ?? []).join(", "),
        (same[0]?.rules ?? []).map((rule) => `\`${rule}\``).join(", "),
        reason,
      ]),
    );
  });
});
