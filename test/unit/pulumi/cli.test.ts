import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runCli } from "../../../pulumi/cli.ts";
import { putPrograms } from "../support/fake-programs.ts";

describe("the Pulumi CLI", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-cli-"));
    putPrograms(folder, { pulumi: `touch "${folder}/ran"; echo "$*"; exit 3` });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (interrupt?: AbortSignal) =>
    runCli(
      {
        stack: "prod",
        directory: folder,
        environment: { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` },
      },
      ["up"],
      interrupt === undefined ? {} : { interrupt },
    );

  it("fails by its exit code", async () => {
    for (const interrupt of [undefined, new AbortController().signal])
      assert.deepEqual(await run(interrupt), {
        exitCode: 3,
        stdout: "up --stack prod --non-interactive\n",
        stderr: "",
      });
  });

  it("is in a session of its own while this process catches the terminal's signals, and only then", async () => {
    putPrograms(folder, { pulumi: "cut -d ' ' -f 6 /proc/self/stat" });
    const session = async () => Number((await run()).stdout);
    const ours = await session();
    const caught = (): void => undefined;
    process.on("SIGINT", caught);
    try {
      assert.notEqual(await session(), ours);
    } finally {
      process.off("SIGINT", caught);
    }
    assert.equal(await session(), ours);
  });

  it("is not started after an interruption", async () => {
    const { exitCode, stderr } = await run(AbortSignal.abort());
    assert.deepEqual([exitCode, stderr], [1, "interrupted before the Pulumi CLI was started"]);
    assert.equal(existsSync(join(folder, "ran")), false);
  });
});
