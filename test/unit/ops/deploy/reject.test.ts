import assert from "node:assert/strict";
import { runningGateway } from "../../../../gateway/live.ts";
import { keepRejected, noteRejected, rejectedReleases } from "../../../../gateway/rejected.ts";
import { before, deployed, withDeployScene, type DeployScene } from "../../support/deploy-target.ts";

async function gatewayOf(scene: DeployScene) {
  const running = await runningGateway(scene.docker(), "prod");
  assert.ok(running);
  return running.gateway.exec;
}

describe("a release that a deploy takes back", () => {
  it("is noted with the reason before the way back, and named with the command to try again", async () => {
    await withDeployScene(async (scene) => {
      scene.whenWatching = () => scene.gone.add(deployed);
      await assert.rejects(scene.deploy(1), new RegExp(`the deploy failed: ${deployed} is gone`));
      const rejected = await rejectedReleases(await gatewayOf(scene));
      assert.deepEqual([...rejected], [[deployed, `${deployed} is gone from the engine`]]);
    });
  });

  it("isn't one where the update itself failed: it never served", async () => {
    await withDeployScene(async (scene) => {
      scene.update = () => ({ exitCode: 1, errors: ["the release is broken"] });
      await assert.rejects(scene.deploy(1), /the release is broken/);
      assert.deepEqual([...(await rejectedReleases(await gatewayOf(scene)))], []);
    });
  });

  it("is forgotten when it serves again, or when its files are kept no longer", async () => {
    await withDeployScene(async (scene) => {
      const exec = await gatewayOf(scene);
      await keepRejected(exec, []);
      await noteRejected(exec, before, 'it\'s "bad", $(touch x); 100 %\nand more');
      await noteRejected(exec, deployed, "");
      assert.deepEqual([...(await rejectedReleases(exec))].sort(), [
        [before, 'it\'s "bad", $(touch x); 100 %'],
        [deployed, ""],
      ]);
      await keepRejected(exec, [deployed]);
      assert.deepEqual([...(await rejectedReleases(exec)).keys()], [deployed]);
      await keepRejected(exec, []);
      assert.equal((await rejectedReleases(exec)).size, 0);
      await assert.rejects(noteRejected(exec, "../x", ""), /no release's name/);
    });
  });
});
