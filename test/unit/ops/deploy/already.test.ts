import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Journal } from "../../../../ops/deploy/journal.ts";
import { others, tags, withDeployScene, type DeployScene } from "../../support/deploy-target.ts";

/** What the scene's config has on the colour that serves. */
const serving = "sha-1";

function asksForWhatServes(scene: DeployScene): void {
  scene.request = { kind: "release", tags: tags(serving), prepareOnly: false };
}

describe("a deploy of what serves already, as a CI's retry is", () => {
  it("is no deploy: nothing is asked and nothing touched", async () => {
    await withDeployScene(async (scene) => {
      asksForWhatServes(scene);
      const former = scene.config;
      await scene.deploy();
      assert.deepEqual(scene.said, [`${serving} serves already, as blue. Nothing was touched.`]);
      assert.deepEqual([scene.questions, scene.commands, scene.config], [[], [], former]);
      assert.ok(!existsSync(new Journal(scene).file));
    });
  });

  it("is refused where the gateway routes to the other colour, which no preview shows", async () => {
    await withDeployScene(async (scene) => {
      asksForWhatServes(scene);
      scene.route("green-00000002");
      await assert.rejects(
        scene.deploy(),
        /^Error: the config of prod says that blue serves, and the gateway routes to green-00000002\. Nothing was touched\. .*: pulumi up --stack prod$/,
      );
      scene.route(others);
      await scene.deploy();
      assert.deepEqual(scene.commands, []);
    });
  });
});
