import assert from "node:assert/strict";
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Journal } from "../../../ops/deploy/journal.ts";
import { LastChange, rememberChange } from "../../../ops/deploy/last-change.ts";
import { undo } from "../../../ops/undo-config/command.ts";
import { valueInWords } from "../../../ops/config-changes.ts";
import { undoOf } from "../../../ops/undo-config/undo.ts";
import { thisProcess } from "../../../host/owner.ts";
import { withDeployScene, type DeployScene } from "../support/deploy-target.ts";

/** Runs the command. Returns what it said and asked. */
async function run(
  scene: DeployScene,
  {
    dryRun = false,
    answer = true,
    whenAsked,
  }: { dryRun?: boolean; answer?: boolean; whenAsked?: () => void } = {},
) {
  const said: string[] = [];
  const asked: string[] = [];
  await undo(scene, {
    say: (line) => said.push(line),
    dryRun,
    confirm: (question) => {
      asked.push(question);
      whenAsked?.();
      return Promise.resolve(answer);
    },
  });
  return { said: said.join("\n"), asked };
}

const nothing = /^There is nothing to put back: /;

describe("ops undo-config", () => {
  it("puts back what a deploy changed, to the last byte, with the file's rights", async () => {
    await withDeployScene(async (scene) => {
      scene.edit(`# how it is set out\n${scene.config.replace(/activeColor: /, "activeColor:    ")}`);
      chmodSync(scene.configFile, 0o640);
      const former = scene.config;
      await scene.deploy();
      assert.notEqual(scene.config, former);
      const { said, asked } = await run(scene);
      assert.equal(scene.config, former);
      assert.equal(statSync(scene.configFile).mode & 0o777, 0o640);
      assert.match(said, /^What deploy \(20.*Z\) changed in Pulumi\.prod\.yaml, and what is put back:\n/);
      assert.match(said, /^ {2}webnet:activeColor +green → blue$/m);
      assert.match(said, /^ {2}webnet:colors\.green\.backendTag +sha-9 → sha-2$/m);
      assert.match(said, /pulumi preview --stack prod --cwd \S+ shows what an update would do now\.$/);
      assert.deepEqual(asked, ["Put it back in Pulumi.prod.yaml? Nothing else is touched."]);
      // It runs no update, and works only once.
      assert.deepEqual(scene.commands, ["up --yes --skip-preview"]);
      assert.match((await run(scene)).said, nothing);
      assert.equal(scene.config, former);
    });
  });

  it("only says so with --dry-run, and touches nothing where the answer is no", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy();
      const { config } = scene;
      const dry = await run(scene, { dryRun: true });
      assert.match(dry.said, /activeColor +green → blue/);
      assert.deepEqual(dry.asked, []);
      assert.match((await run(scene, { answer: false })).said, /\nNothing was touched\.$/);
      assert.equal(scene.config, config);
      assert.ok(existsSync(new LastChange(scene).file));
    });
  });

  it("leaves what somebody else has written elsewhere in the file since", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      await scene.deploy();
      const edit = (text: string) =>
        `# mine\n${text}  webnet:pullPolicy:   missing   # mine too\nencryptionsalt: v1:a:b\n`;
      scene.edit(edit(scene.config));
      await run(scene);
      assert.equal(scene.config, edit(former));
    });
  });

  it("refuses where somebody has edited the same places, and says what each is and was", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy();
      scene.edit(scene.config.replaceAll("sha-9", "sha-7"));
      await assert.rejects(run(scene), (error: Error) => {
        assert.match(
          error.message,
          /^Pulumi\.prod\.yaml was edited since deploy \(.*\) changed it, in the same places\./,
        );
        assert.match(
          error.message,
          /^ {2}webnet:colors\.green\.backendTag is sha-7; deploy wrote sha-9, and before it was sha-2$/m,
        );
        assert.match(
          error.message,
          /^ {2}pulumi config set --path 'webnet:colors\.green\.backendTag' sha-2 --stack prod$/m,
        );
        assert.doesNotMatch(error.message, /activeColor/);
        return true;
      });
      assert.equal(scene.config, scene.edited);
      // As those commands leave it.
      scene.edit(scene.config.replaceAll("sha-7", "sha-2"));
      assert.doesNotMatch((await run(scene)).said, /backendTag/);
      assert.match(scene.config, /activeColor: blue/);
    });
  });

  it("refuses where somebody edits the file while it asks", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy();
      const whenAsked = (): void => {
        scene.edit();
      };
      await assert.rejects(
        run(scene, { whenAsked }),
        /edited Pulumi\.prod\.yaml meanwhile: nothing was put back/,
      );
      assert.equal(scene.config, scene.edited);
    });
  });

  it("knows of nothing where no command has changed the file, or one has taken its change back", async () => {
    await withDeployScene(async (scene) => {
      assert.match((await run(scene)).said, nothing);
      scene.update = () => ({ exitCode: 1, errors: ["the release is broken"] });
      await assert.rejects(scene.deploy());
      assert.match((await run(scene)).said, nothing);
    });
  });

  it("keeps the last change that was left, while a later deploy takes its own back", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      await scene.deploy();
      scene.request = { kind: "switch" };
      scene.update = () => ({ exitCode: 1, errors: ["the release is broken"] });
      await assert.rejects(scene.deploy());
      assert.match((await run(scene)).said, /^What deploy \(/);
      assert.equal(scene.config, former);
    });
  });

  it("takes out what a deploy left that took nothing back, since the file was edited meanwhile", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      scene.update = () => {
        scene.edit();
        return { exitCode: 1, errors: ["the release is broken"] };
      };
      await assert.rejects(
        scene.deploy(),
        /\n {2}npm run ops -- undo-config --stack prod --cwd \S+\nThen:\n/,
      );
      await run(scene);
      assert.equal(scene.config, `${former}# somebody else was here\n`);
    });
  });

  it("names the command that made the change", async () => {
    await withDeployScene(async (scene) => {
      scene.request = { kind: "switch" };
      await scene.deploy();
      assert.match((await run(scene)).said, /^What deploy --switch \(/);
    });
  });

  it("is refused while a deploy runs, or was killed", async () => {
    await withDeployScene(async (scene) => {
      const journal = new Journal(scene);
      journal.open({ former: "former", wanted: scene.config });
      await assert.rejects(run(scene), /a deploy of prod runs/);
      const owner = { ...thisProcess(), pid: 4_194_305 };
      const note = { owner, started: "2026", former: "former", wanted: scene.config };
      writeFileSync(journal.file, JSON.stringify(note));
      await assert.rejects(run(scene), /was killed .*\n(?:.*\n)+.*deploy --finish --stack prod --cwd \S+$/);
    });
  });

  it("has a note that its owner alone reads, and says where it is damaged", async () => {
    await withDeployScene(async (scene) => {
      await scene.deploy();
      const { file } = new LastChange(scene);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      writeFileSync(file, '{"former": "config: {webnet:x: Secr');
      await assert.rejects(
        run(scene),
        /^Error: the note of the last change, .*, can't be read: it is cut off/,
      );
    });
  });
});

describe("what a command has changed in a stack's file", () => {
  const former =
    'config:\n  webnet:colors:\n    blue: {backendTag: "v1"} # first\n  webnet:b:\n    secure: v1:abc\n';
  const written = former.replace('"v1"', '"v2"');

  it("is put back where it stands, whatever came around it", () => {
    const now = `# new\n${written.replace("# first", "# now second").replace("v1:abc", "v1:xyz")}`;
    const { text, places } = undoOf({ former, written }, now);
    assert.equal(text, now.replace('"v2"', '"v1"'));
    assert.equal(places.length, 1);
  });

  it("is removed where it is new, and what stands beside it stays", () => {
    const added = former.replace("  webnet:b:", "    green: {backendTag: v9, frontendTag: v9}\n  webnet:b:");
    assert.equal(undoOf({ former, written: added }, `# x\n${added}`).text, `# x\n${former}`);
    const beside = added.replace("frontendTag: v9", "frontendTag: v9, note: mine");
    const { text, edited } = undoOf({ former, written: added }, beside);
    assert.match(text, /^ {4}green: \{note: mine\}$/m);
    assert.deepEqual(edited, []);
  });

  it("shows nothing of an encrypted value", () => {
    assert.equal(valueInWords({ secure: "v1:abc" }), "<encrypted>");
    assert.equal(valueInWords({ a: [{ secure: "v1:abc" }] }), "<encrypted>");
    assert.equal(valueInWords(undefined), "(none)");
    assert.equal(valueInWords(5), "5");
  });
});

describe("the note of what a command left", () => {
  it("is of what the command wrote, whatever the file says beside it, and not of what it took back", async () => {
    await withDeployScene(async (scene) => {
      const former = scene.config;
      const written = former.replace("activeColor: blue", "activeColor: green");
      const said: string[] = [];
      const remember = (): void => {
        rememberChange(scene, { command: "deploy --finish", former, written }, (line) => said.push(line));
      };
      remember();
      assert.equal(new LastChange(scene).read(), undefined);
      scene.edit(`${written}# mine\n`);
      remember();
      assert.match((await run(scene)).said, /^What deploy --finish \(/);
      assert.equal(scene.config, `${former}# mine\n`);
      assert.deepEqual(said, []);
    });
  });

  it("that can't be written is told, and no failure", async () => {
    await withDeployScene(async (scene) => {
      writeFileSync(join(scene.directory, ".webnet"), "in the way");
      const said: string[] = [];
      rememberChange(scene, { command: "deploy", former: "config: {}", written: "" }, (line) =>
        said.push(line),
      );
      assert.match(said.join(), /^undo-config won't know of this change, which could not be noted: E/);
      await Promise.resolve();
    });
  });
});
