import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deployCommand } from "../../../../ops/deploy/command.ts";
import { uncommittedInWords } from "../../../../ops/deploy/uncommitted.ts";
import { withDeployScene, type DeployScene } from "../../support/deploy-target.ts";

const changed =
  "Pulumi.prod.yaml has changes that git doesn't have: commit them, so that every checkout says what runs.";
const unknown = "git doesn't have Pulumi.prod.yaml yet: commit it, so that every checkout says what runs.";

function git(scene: DeployScene, ...args: string[]): void {
  const own = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...own, ...args], { cwd: scene.directory, encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

function commitAll(scene: DeployScene): void {
  git(scene, "init", "-q");
  git(scene, "add", "-A");
  git(scene, "commit", "-q", "-m", "all");
}

/** What a deploy says, line by line. */
async function deploy(scene: DeployScene): Promise<string[]> {
  const lines: string[] = [];
  const values = { tag: "sha-9", bake: "0", yes: true };
  await deployCommand.run(scene, values, (line) => lines.push(line));
  return lines;
}

describe("a stack's file that git doesn't have as it is", () => {
  it("is told from one that git has, and from one in no repository", async () => {
    await withDeployScene(async (scene) => {
      const file = scene.configFile;
      assert.equal(await uncommittedInWords(file), undefined);
      git(scene, "init", "-q");
      assert.equal(await uncommittedInWords(file), unknown);
      commitAll(scene);
      assert.equal(await uncommittedInWords(file), undefined);
      scene.edit();
      assert.equal(await uncommittedInWords(file), changed);
      git(scene, "add", "-A");
      assert.equal(await uncommittedInWords(file), changed);
      symlinkSync(file, join(scene.directory, ".git", "Pulumi.prod.yaml"));
      assert.equal(await uncommittedInWords(join(scene.directory, ".git", "Pulumi.prod.yaml")), changed);
    });
  });

  it("is no matter where there is no git, no file, or a git that fails", async () => {
    const path = process.env["PATH"];
    await withDeployScene(async (scene) => {
      try {
        commitAll(scene);
        scene.edit();
        process.env["PATH"] = scene.directory;
        assert.equal(await uncommittedInWords(scene.configFile), undefined);
        writeFileSync(join(scene.directory, "git"), "#!/bin/sh\nexit 128\n", { mode: 0o755 });
        assert.equal(await uncommittedInWords(scene.configFile), undefined);
      } finally {
        process.env["PATH"] = path;
      }
      rmSync(scene.configFile);
      assert.equal(await uncommittedInWords(scene.configFile), undefined);
    });
  });

  it("is told once, in one line, at the end of a deploy", async () => {
    await withDeployScene(async (scene) => {
      commitAll(scene);
      const lines = await deploy(scene);
      assert.deepEqual(lines.slice(-2), ["Done.", changed]);
      assert.equal(lines.filter((line) => line === changed).length, 1);
      commitAll(scene);
      assert.ok(!(await deploy(scene)).includes(changed));
    });
  });
});
