import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Journal } from "../../../../ops/deploy/journal.ts";
import { LastChange } from "../../../../ops/deploy/last-change.ts";
import { before, withDeployScene } from "../../support/deploy-target.ts";

const failing = { exitCode: 1, errors: ["the release is broken"] };

describe("a deploy of a stack whose config somebody else edits", () => {
  it("changes the config, where nobody does", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy();
      assert.match(scene.config, /activeColor: green/);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("is refused while it asks, and touches nothing", async () => {
    await withDeployScene(async (scene) => {
      scene.whenAsked = () => {
        scene.edit();
      };
      await assert.rejects(
        scene.deploy(),
        /^Error: somebody has edited the config of prod since it was read: nothing was touched\. Run it again\.$/,
      );
      assert.equal(scene.config, scene.edited);
      assert.deepEqual(scene.commands, []);
      assert.ok(!existsSync(new Journal(scene).file));
    });
  });

  it("is refused as well where the edit comes after the answer, while it looks at what is usual", async () => {
    await withDeployScene(async (scene) => {
      const docker = scene.docker();
      let wasAsked = false;
      scene.whenAsked = () => {
        wasAsked = true;
      };
      scene.docker = () => {
        if (wasAsked && scene.edited === "") {
          scene.edit();
        }
        return docker;
      };
      await assert.rejects(
        scene.deploy(60),
        /edited the config of prod since it was read: nothing was touched/,
      );
      assert.equal(scene.config, scene.edited);
      assert.notEqual(scene.edited, "");
      assert.deepEqual(scene.commands, []);
      // Otherwise undo-config would take the deploy for the last change.
      assert.equal(new LastChange(scene).read(), undefined);
      assert.ok(!existsSync(new Journal(scene).file));
    });
  });

  it("goes on where it was Pulumi, which noted its salt", async () => {
    await withDeployScene(async (scene) => {
      scene.whenAsked = () => {
        scene.edit(`${scene.config}encryptionsalt: v1:abc\n`);
      };
      await scene.deploy();
      assert.match(scene.config, /activeColor: green/);
    });
  });

  it("puts the config back after an update that failed, also where Pulumi noted its salt", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      scene.update = () => {
        scene.edit(`${scene.config}encryptionsalt: v1:abc\n`);
        return failing;
      };
      await assert.rejects(
        scene.deploy(),
        /the deploy failed: the release is broken\nThe stack config is as it was/,
      );
      assert.equal(scene.config, former);
    });
  });

  it("leaves config and platform alone after an update that failed, and says how to go on", async () => {
    await withDeployScene(async (scene) => {
      scene.update = () => {
        scene.edit();
        scene.route(before);
        return failing;
      };
      await assert.rejects(
        scene.deploy(),
        new RegExp(
          "the deploy failed: the release is broken\\n" +
            "Somebody has edited the stack config since this deploy wrote it, and it is left as it is\\. " +
            `So nothing was taken back: ${before} serves\\.[^]*recover --stack prod --cwd \\S+ && pulumi up --stack prod --cwd \\S+`,
        ),
      );
      assert.equal(scene.config, scene.edited);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });

  it("leaves the config alone after an update that did nothing", async () => {
    await withDeployScene(async (scene) => {
      scene.update = () => {
        scene.edit();
        return { exitCode: 255, stderr: "error: [409] Conflict: Another update is currently in progress.\n" };
      };
      await assert.rejects(
        scene.deploy(),
        /\[409\] Conflict[^]*Nothing was deployed\. Somebody has edited the stack config/,
      );
      assert.equal(scene.config, scene.edited);
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
    });
  });
});
