import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Journal } from "../../../../ops/deploy/journal.ts";
import { deployed, others, withDeployScene } from "../../support/deploy-target.ts";

/** Time for one look, at the end. */
const seconds = 0.2;

describe("the bake of a release that somebody else's deploy supersedes", () => {
  it("ends, and takes nothing back: neither the other's config nor the platform", async () => {
    await withDeployScene(async (scene) => {
      scene.whenWatching = () => {
        scene.edit();
        scene.route(others);
        scene.gone.add(deployed);
      };
      await assert.rejects(
        scene.deploy(seconds),
        new RegExp(
          `${deployed} was deployed, and is served no more: somebody else moved the route to ${others}\\. ` +
            "Nobody watches any more, and nothing was taken back\\.\\n" +
            "The stack config has been edited since, and is left so\\.",
        ),
      );
      assert.equal(scene.config, scene.edited);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
      assert.ok(!existsSync(new Journal(scene).file));
    });
  });

  it("does so too where the other one has a stack config of their own, and says what to mind", async () => {
    await withDeployScene(async (scene) => {
      scene.whenWatching = () => {
        scene.route(others);
        scene.gone.add(deployed);
      };
      await assert.rejects(
        scene.deploy(seconds),
        /nothing was taken back\.\nThe stack config still says what this deploy wrote[^]*pulumi up --stack prod/,
      );
      assert.match(scene.config, /activeColor: green/);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("asks once more before it calls a release broken, which a switch may have ended meanwhile", async () => {
    await withDeployScene(async (scene) => {
      scene.whenWatching = () => {
        scene.whenInspected = () => {
          scene.route(others);
          scene.gone.add(deployed);
        };
      };
      await assert.rejects(scene.deploy(seconds), new RegExp(`moved the route to ${others}`));
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("still takes back what is broken while the route leads to it", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      scene.whenWatching = () => {
        scene.gone.add(deployed);
      };
      await assert.rejects(scene.deploy(seconds), new RegExp(`${deployed} is gone from the engine`));
      assert.equal(scene.config, former);
      assert.notDeepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("takes back what is gone before the first look as well", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      scene.update = () => {
        scene.gone.add(deployed);
        return {};
      };
      await assert.rejects(scene.deploy(seconds), new RegExp(`${deployed} is gone from the engine`));
      assert.equal(scene.config, former);
    });
  });

  it("leaves a broken one serving where the config was edited meanwhile, and says so", async () => {
    await withDeployScene(async (scene) => {
      scene.whenWatching = () => {
        scene.edit();
        scene.gone.add(deployed);
      };
      await assert.rejects(
        scene.deploy(seconds),
        new RegExp(
          `is gone from the engine\\nSomebody has edited[^]*nothing was taken back: ${deployed} serves`,
        ),
      );
      assert.equal(scene.config, scene.edited);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("ends well where the release is, and nobody moves anything", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy(seconds);
      assert.match(scene.said.join("\n"), /The bake ended, and nothing was judged: [^]*Done\.$/);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("takes back what it could not watch, where traffic is required", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      scene.requireTraffic = true;
      scene.whenInspected = () => {
        if (scene.said.some((line) => line.endsWith("the stack config says so.")))
          throw new Error("no answer");
      };
      await assert.rejects(scene.deploy(seconds), /it could not be watched: no answer/);
      assert.equal(scene.config, former);
    });
  });

  it("takes back what nobody asked for anything, where traffic is required", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      scene.requireTraffic = true;
      await assert.rejects(scene.deploy(seconds), /nothing was judged: /);
      assert.equal(scene.config, former);
      assert.notDeepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });
});
