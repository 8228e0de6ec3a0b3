import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { thisProcess } from "../../../../host/owner.ts";
import { Journal } from "../../../../ops/deploy/journal.ts";
import { undo } from "../../../../ops/undo-config/command.ts";
import { withDeployScene, type DeployScene } from "../../support/deploy-target.ts";

/** Leaves the note of a deploy that was killed before it changed the config. */
function killed(scene: DeployScene): Journal {
  const journal = new Journal(scene);
  journal.open({ former: scene.config, wanted: "wanted" });
  const owner = { ...thisProcess(), pid: 4_194_305 };
  writeFileSync(journal.file, JSON.stringify({ ...journal.read(), owner }));
  return journal;
}

describe("the note of a deploy that was killed before it changed the config", () => {
  it("stays until a deploy is answered by yes", async () => {
    await withDeployScene(async (scene) => {
      const journal = killed(scene);
      scene.answer = () => false;
      await scene.deploy();
      assert.equal(journal.read()?.wanted, "wanted");
      scene.answer = () => true;
      await scene.deploy();
      assert.equal(journal.read(), undefined);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("stays until undo-config changes the file, where it would look like an unfinished deploy", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy();
      const journal = killed(scene);
      const run = (dryRun: boolean, answer: boolean) =>
        undo(scene, { say: () => undefined, dryRun, confirm: () => Promise.resolve(answer) });
      await run(true, true);
      await run(false, false);
      assert.equal(journal.read()?.wanted, "wanted");
      await run(false, true);
      assert.equal(journal.read(), undefined);
    });
  });
});
