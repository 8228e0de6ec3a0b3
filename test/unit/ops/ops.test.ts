import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustGoByOneEngine, pulumiOfTrial, runOps, type TrialPlatform } from "../../../ops/ops.ts";
import { putPrograms } from "../support/fake-programs.ts";
import { LastChange } from "../../../ops/deploy/last-change.ts";
import { UsageError } from "../../../ops/usage.ts";
import { Target } from "../../../ops/target.ts";
import { childEnvironment } from "../../../dev/toolchain/environment.ts";
import { projectRoot } from "../../../host/project.ts";

describe("ops/ops", () => {
  it("works on a stack of the trial platform's where it is named, and never by what the operator's Pulumi selected", async () => {
    const folder = mkdtempSync(join(tmpdir(), "webnet-ops-"));
    const path = process.env["PATH"];
    putPrograms(folder, { pulumi: "echo shop" });
    process.env["PATH"] = `${folder}:${path ?? ""}`;
    const asked: string[] = [];
    const nothing = (): void => undefined;
    const trial: TrialPlatform = {
      stack: "local",
      holds: () => true,
      environment: () => {
        asked.push("environment");
        return {};
      },
      setUp: () => Promise.reject(new Error("set-up was started")),
      tidy: nothing,
    };
    try {
      const there = /there is no .*\/Pulumi\.shop\.yaml/;
      await assert.rejects(runOps(["status", "--cwd", folder], trial), there);
      assert.equal(asked.length, 0);
      await assert.rejects(runOps(["status", "--cwd", folder, "--stack", "shop"], trial), there);
      assert.notEqual(asked.length, 0);
    } finally {
      process.env["PATH"] = path;
      rmSync(folder, { recursive: true });
    }
  });

  describe("on a stack in a folder", () => {
    let folder: string;
    const trial: TrialPlatform = {
      stack: "local",
      holds: () => true,
      environment: () => ({}),
      setUp: () => Promise.reject(new Error("set-up was started")),
      tidy: () => undefined,
    };

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "webnet-ops-"));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: webnet\nruntime: nodejs\n");
    });

    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    /** Runs a command on the stack `shop`. Returns its lines, then its failure. */
    async function run(words: string[], ofTrial?: TrialPlatform): Promise<string[]> {
      const lines: string[] = [];
      const { log } = console;
      console.log = (line: string) => lines.push(line);
      try {
        await runOps([...words, "--stack", "shop", "--cwd", folder], ofTrial);
      } catch (error) {
        lines.push(String(error));
      } finally {
        console.log = log;
      }
      return lines;
    }

    it("says that its file is missing, whatever the command", async () => {
      for (const words of [["check", "pre"], ["status"], ["recover"], ["deploy", "--tag", "v1"]])
        assert.match(
          (await run(words)).join("\n"),
          /^Error: there is no .*\/Pulumi\.shop\.yaml: name a stack/,
        );
    });

    it("asks its engine what runs though a setting is wrong, and nothing else goes on then", async () => {
      const config = "config:\n  webnet:dmain: x\n  webnet:engine: { host: tcp://127.0.0.1:9 }\n";
      writeFileSync(join(folder, "Pulumi.shop.yaml"), config);
      const [first, failure] = await run(["status"]);
      assert.equal(first, "Stack shop, engine tcp://127.0.0.1:9.");
      assert.match(failure ?? "", /the Docker engine doesn't answer: .*ECONNREFUSED/);
      for (const words of [
        ["check", "pre"],
        ["recover"],
        ["deploy", "--tag", "v1"],
        ["prune"],
        ["undo-config"],
      ])
        assert.match((await run(words)).at(-1) ?? "", /^SettingsError: [^]*webnet:dmain/, words.join());
    });

    it("names the trial platform's pulumi once, after a command that names pulumi", async () => {
      const former = readFileSync(join(projectRoot, "Pulumi.local.yaml"), "utf8");
      const written = former.replace("activeColor: blue", "activeColor: green");
      const undo = async (ofTrial?: TrialPlatform) => {
        const target = new Target("shop", folder, {});
        writeFileSync(target.configFile, written);
        new LastChange(target).write({ command: "deploy", at: "now", former, written });
        return (await run(["undo-config", "--yes"], ofTrial)).slice(-2);
      };
      const [said, hint] = await undo(trial);
      assert.match(said ?? "", /pulumi preview --stack shop --cwd \S+ shows/);
      assert.equal(hint, pulumiOfTrial);
      assert.match((await undo()).at(-1) ?? "", /pulumi preview --stack shop --cwd \S+ shows/);
      assert.match((await run(["undo-config"], trial)).at(-1) ?? "", /^There is nothing to put back/);
    });
  });

  it("refuses a folder that isn't there, before it asks Pulumi", async () => {
    for (const folder of ["/nowhere/at all", process.execPath])
      await assert.rejects(runOps(["status", "--cwd", folder]), {
        constructor: UsageError,
        message: `--cwd is "${folder}", and there is no folder ${folder}; allowed: the folder with Pulumi.yaml and the stack's file`,
      });
  });

  it("goes by one engine: a variable that leads Pulumi elsewhere is refused, all but for the embedded default", () => {
    const astray = { ...process.env, DOCKER_CONTEXT: "laptop" };
    assert.throws(() => {
      mustGoByOneEngine(new Target("prod", projectRoot, astray));
    }, /^Error: DOCKER_CONTEXT is set: .*Run "unset DOCKER_CONTEXT" first\.$/);
    process.env["DOCKER_CONTEXT"] = "laptop";
    try {
      mustGoByOneEngine(new Target("local", projectRoot, childEnvironment()));
    } finally {
      delete process.env["DOCKER_CONTEXT"];
    }
  });
});
