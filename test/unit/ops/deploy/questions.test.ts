import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Journal } from "../../../../ops/deploy/journal.ts";
import { gapNotice } from "../../../../workload/gap-notice.ts";
import { withDeployScene, type DeployScene } from "../../support/deploy-target.ts";

const database = gapNotice("webnet-prod-mysql", "The database is away.");
const edge = gapNotice("webnet-prod-edge", "Nobody is answered.");

function plans(scene: DeployScene, ...notices: readonly string[]): void {
  scene.plan = {
    diagnostics: notices.map((notice) => ({ severity: "warning", message: `warning: ${notice}\n` })),
  };
}

describe("what a deploy asks", () => {
  it("is one question where all that is made anew overlaps what it replaces", async () => {
    await withDeployScene(async (scene) => {
      plans(scene, "webnet-prod-prometheus doesn't run");
      await scene.deploy();
      assert.deepEqual(scene.questions, ["Deploy to prod?"]);
    });
  });

  it("is one more for each thing that is missed meanwhile", async () => {
    await withDeployScene(async (scene) => {
      plans(scene, database, edge);
      await scene.deploy();
      assert.deepEqual(scene.questions, [
        "Deploy to prod?",
        `${database} All the same?`,
        `${edge} All the same?`,
      ]);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  for (const refused of [/^Deploy/, /-mysql anew/, /-edge anew/]) {
    it(`touches nothing where ${refused.source} is answered by no`, async () => {
      await withDeployScene(async (scene) => {
        plans(scene, database, edge);
        const former = scene.config;
        scene.answer = (question) => !refused.test(question);
        await scene.deploy();
        assert.match(scene.questions.at(-1) ?? "", refused);
        assert.equal(scene.said.at(-1), "Nothing was touched.");
        assert.equal(scene.config, former);
        assert.deepEqual(scene.commands, []);
        assert.ok(!existsSync(new Journal(scene).file));
      });
    });
  }
});
