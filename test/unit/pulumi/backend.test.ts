import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, relative } from "node:path";
import { backendKind, stateFolder } from "../../../pulumi/backend.ts";
import type { PulumiStack } from "../../../pulumi/cli.ts";
import { Target } from "../../../ops/target.ts";

describe("the folder of a backend", () => {
  let directory: string;
  let folder: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "webnet-backend-"));
    folder = join(directory, "state of ann", ".pulumi");
    mkdirSync(folder, { recursive: true });
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  async function folderOf(url: string): Promise<string | undefined> {
    const environment = { PULUMI_BACKEND_URL: url, HOME: "/nowhere" };
    return await stateFolder(new Target("prod", directory, environment));
  }

  it("is what the URL names, without what the URL asks besides", async () => {
    for (const options of ["", "?metadata=skip"])
      assert.equal(await folderOf(`file://${directory}/state%20of%20ann${options}`), folder);
  });

  it("is found from the folder of the stack's file, and from the home of who runs Pulumi", async () => {
    assert.equal(await folderOf("file://state of ann?metadata=skip"), folder);
    const fromHome = relative(userInfo().homedir, join(directory, "state of ann"));
    assert.equal(await folderOf(`file://~/${fromHome}?metadata=skip`), folder);
  });

  it("is none where the backend is elsewhere, or has never been written to", async () => {
    assert.equal(await folderOf("s3://bucket/prefix"), undefined);
    assert.equal(await folderOf(`file://${directory}/new`), undefined);
  });
});

describe("the backend that the CLI is logged in to", () => {
  const loggedIn = { exitCode: 0, stdout: '{"url":"s3://bucket"}', stderr: "" };
  const loggedOut = { exitCode: 1, stdout: "", stderr: "error: not logged in\n" };

  it("is asked for once, and again after a failure", async () => {
    const answers = [loggedOut, loggedIn];
    const target = {
      environment: {},
      pulumi: () => Promise.resolve(answers.shift()),
    } as unknown as PulumiStack;
    const failed = await Promise.allSettled([backendKind(target), backendKind(target)]);
    assert.deepEqual(
      failed.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    await assert.doesNotReject(backendKind(target));
    assert.equal(await backendKind(target), "bucket");
    assert.deepEqual(answers, []);
  });
});
