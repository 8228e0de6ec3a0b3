import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../host/project.ts";
import { loadedLate } from "../../../pulumi/lean-sdk.ts";

const require = createRequire(import.meta.url);

/** Runs a module in a new Node, where nothing is loaded yet. Returns the JSON that it prints. */
async function inNode(source: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: projectRoot,
  });
  return JSON.parse(stdout);
}

const loaded = `
  import { createRequire } from "node:module";
  const loaded = () => Object.keys(createRequire("${join(projectRoot, "index.ts")}").cache);
  const has = (name) => loaded().some((file) => file.includes("/node_modules/" + name + "/"));
`;

describe("the SDK as the program loads it", () => {
  it("loads the SDK without the compiler and npm's resolver, which it loads otherwise", async () => {
    const ask = `${loaded}
      import "@pulumi/pulumi";
      console.log(JSON.stringify(["typescript", "@npmcli/arborist"].map(has)));`;
    assert.deepEqual(await inNode(ask), [true, true]);
    assert.deepEqual(await inNode(`import "./pulumi/lean-sdk.ts";${ask}`), [false, false]);
  });

  it("takes no function away: one that is called is loaded then", async () => {
    const answer = await inNode(`${loaded}
      import "./pulumi/lean-sdk.ts";
      import * as pulumi from "@pulumi/pulumi";
      const before = has("typescript");
      const text = await pulumi.runtime.serializeFunctionAsync(() => 42);
      console.log(JSON.stringify([before, has("typescript"), text.includes("42")]));`);
    assert.deepEqual(answer, [false, true, true]);
  });

  it("knows all that these modules of the SDK export", () => {
    for (const [path, functions] of Object.entries(loadedLate)) {
      const file = require.resolve(path);
      Reflect.deleteProperty(require.cache, file);
      const real = require(file) as Record<string, unknown>;
      assert.deepEqual(Object.keys(real).sort(), [...functions].sort());
      assert.ok(Object.values(real).every((each) => typeof each === "function"));
    }
  });

  it("is imported before all else in the program", async () => {
    const [first] = (await readFile(join(projectRoot, "index.ts"), "utf8")).split("\n");
    assert.equal(first, 'import "./pulumi/lean-sdk.ts";');
  });
});
