import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseStack } from "../../../ops/selected-stack.ts";
import { putPrograms } from "../support/fake-programs.ts";

describe("the stack of an operator's command", () => {
  let folder: string;
  const path = process.env["PATH"];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-selected-"));
  });

  afterEach(() => {
    process.env["PATH"] = path;
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const trial = { stack: "local" };
  /** Fakes the operator's own CLI. */
  const pulumiThat = (does: string): void => {
    putPrograms(folder, { pulumi: does });
    process.env["PATH"] = `${folder}:${path ?? ""}`;
  };

  it("is the one that is named, and Pulumi isn't asked", async () => {
    pulumiThat("exit 1");
    assert.deepEqual(await chooseStack("prod", folder, trial), { stack: "prod", isNamed: true });
  });

  it("is the one that is selected, also where the trial platform is there", async () => {
    pulumiThat('echo "$@" > asked; echo prod');
    assert.deepEqual(await chooseStack(undefined, folder, trial), { stack: "prod", isNamed: false });
  });

  it("is never guessed where none is selected or Pulumi fails, with its reason", async () => {
    pulumiThat("echo 'error: AccessDenied' >&2; exit 255");
    await assert.rejects(chooseStack(undefined, folder, trial), /none is selected: error: AccessDenied\n/);
    pulumiThat("echo 'error: no stack selected' >&2; exit 1");
    await assert.rejects(
      chooseStack(undefined, folder, trial),
      /^Error: no stack is named, and none is selected: error: no stack selected\nThe trial platform, which `npm run setup` prepares, is --stack local\.\nOne of your own: name it with --stack NAME, .*NAME$/,
    );
    await assert.rejects(chooseStack(undefined, folder, undefined), /pulumi stack select NAME$/);
  });

  it("isn't guessed where there is no Pulumi", async () => {
    process.env["PATH"] = folder;
    rmSync(join(folder, "pulumi"), { force: true });
    await assert.rejects(
      chooseStack(undefined, folder, undefined),
      /none is selected: there is no Pulumi CLI of your own on the PATH/,
    );
  });
});
