import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { Target } from "../../../ops/target.ts";
import { putPrograms } from "../support/fake-programs.ts";

describe("the Pulumi CLI, as operator commands run it", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-target-"));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const target = (path = `${folder}:${process.env["PATH"] ?? ""}`) =>
    new Target("prod", folder, { PATH: path });
  const pulumiThat = (does: string): void => {
    putPrograms(folder, { pulumi: does });
  };

  it("works on the stack, and leaves the processors to what serves", async () => {
    pulumiThat('echo "$@"; nice');
    const { exitCode, stdout } = await target().pulumi(["up", "--yes"]);
    const lower = Math.min(19, getPriority() + 10);
    assert.deepEqual([exitCode, stdout], [0, `up --yes --stack prod --non-interactive\n${lower}\n`]);
  });

  it("in a session of its own has a lower priority as a whole, and ours keeps its own", async function () {
    if (!existsSync("/proc/self/autogroup")) this.skip();
    const before = readFileSync("/proc/self/autogroup", "utf8");
    pulumiThat("nice; cat /proc/self/autogroup");
    const { stdout } = await target().pulumi(["up"], { interrupt: new AbortController().signal });
    const lower = Math.min(19, getPriority() + 10);
    assert.match(stdout, new RegExp(`^${lower}\n/autogroup-\\d+ nice 10\n$`));
    assert.equal(readFileSync("/proc/self/autogroup", "utf8"), before);
  });

  it("gives its input, and its exit code and words whatever they are", async () => {
    pulumiThat("cat; echo no >&2; exit 255");
    const result = await target().pulumi(["stack", "import"], { input: "state" });
    assert.deepEqual(result, { exitCode: 255, stdout: "state", stderr: "no\n" });
  });

  it("may end before it has read all of its input", async () => {
    pulumiThat("exit 1");
    const { exitCode } = await target().pulumi(["stack", "import"], { input: "x".repeat(1_000_000) });
    assert.equal(exitCode, 1);
  });

  it("that isn't there is an error that says so", async () => {
    rmSync(join(folder, "pulumi"), { force: true });
    await assert.rejects(target("/usr/bin:/bin").pulumi(["up"]), {
      message: "the Pulumi CLI could not be started: it is not on the PATH",
    });
  });
});
