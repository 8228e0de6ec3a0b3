import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Journal } from "../../../../ops/deploy/journal.ts";
import { before, others, tags, withDeployScene, type DeployScene } from "../../support/deploy-target.ts";

/** The tag that the scene's config has for the serving colour. */
const serving = "sha-1";

function asksForWhatServes(scene: DeployScene): void {
  scene.request = { kind: "release", tags: tags(serving), prepareOnly: false };
}

const looking = "Looking whether the platform is as the stack config says.";

describe("a deploy of what serves already, as a CI's retry is", () => {
  it("is no deploy: nothing is asked and nothing touched", async () => {
    await withDeployScene(async (scene) => {
      asksForWhatServes(scene);
      const former = scene.config;
      await scene.deploy();
      assert.deepEqual(scene.said, [looking, `${serving} serves already, as blue. Nothing was touched.`]);
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
        /^Error: the config of prod says that sha-1 serves already, as blue, and the gateway routes to green-00000002\. Nothing was touched\. .*recover --stack prod --cwd \S+, then pulumi up --stack prod --cwd \S+$/,
      );
      scene.route(others);
      await scene.deploy();
      assert.deepEqual(scene.commands, []);
    });
  });

  it("is refused where its container is gone or has ended, which no preview shows either", async () => {
    await withDeployScene(async (scene) => {
      asksForWhatServes(scene);
      scene.gone.add(before);
      await assert.rejects(scene.deploy(), new RegExp(`as blue, and ${before} is gone from the engine\\.`));
      assert.deepEqual(scene.commands, []);
    });
  });

  it("goes by the tags of the release that the gateway routes to", async () => {
    const deployed = async (scene: DeployScene): Promise<void> => {
      asksForWhatServes(scene);
      await scene.deploy();
    };
    await withDeployScene(deployed, { [before]: serving });
    await assert.rejects(
      withDeployScene(deployed, { [before]: "sha-8" }),
      new RegExp(`and ${before} has other tags\\.`),
    );
  });

  it("of a standby wants one that runs", async () => {
    await withDeployScene(async (scene) => {
      scene.request = { kind: "release", tags: tags("sha-2"), prepareOnly: true };
      await assert.rejects(
        scene.deploy(),
        /says that sha-2 stands by already, as green, and no release of green is there\./,
      );
      scene.edit(scene.config.replace("config:\n", "config:\n  webnet:standby: off\n"));
      await scene.deploy();
      assert.equal(scene.said.at(-1), "sha-2 stands by already, as green. Nothing was touched.");
    });
  });
});

describe("a deploy that wants traffic to be judged", () => {
  it("is refused where nothing would be: without a bake, for what serves already, where nothing serves", async () => {
    await withDeployScene(async (scene) => {
      scene.requireTraffic = true;
      await assert.rejects(scene.deploy(0), /--require-traffic wants a bake/);
      const former = scene.request;
      asksForWhatServes(scene);
      await assert.rejects(
        scene.deploy(1),
        /sha-1 serves already, as blue, and whether any traffic was judged/,
      );
      scene.request = former;
      // A gateway without a release.
      scene.routeNowhere();
      await assert.rejects(scene.deploy(1), /--require-traffic: nothing serves/);
      assert.deepEqual(scene.commands, []);
    });
  });
});
