import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
      message: /^the Pulumi CLI could not be started: it is not on the PATH\. [^]*`npm run setup`$/,
    });
  });
});

describe("the address of a stack's engine", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-target-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: webnet\nruntime: nodejs\n");
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const right = ["webnet:domain: localhost", "webnet:imageCatalogue: local", "webnet:activeColor: blue"];
  const colors = "webnet:colors: { blue: { backendTag: v1, frontendTag: v1 } }";
  const engine = "webnet:engine: { host: tcp://192.0.2.1:2375 }";
  const of = (...lines: string[]): string => {
    const text = ["config:", ...lines.map((line) => `  ${line}`), ""].join("\n");
    writeFileSync(join(folder, "Pulumi.prod.yaml"), text);
    return new Target("prod", folder, { DOCKER_HOST: "unix:///other.sock" }).engineAddress;
  };

  it("is the one in its file, also where other settings there are wrong", () => {
    for (const lines of [
      [...right, colors, engine],
      ["webnet:dmain: x", engine],
      ["webnet:dmain: x", 'webnet:engine: \'{"host":"tcp://192.0.2.1:2375"}\''],
      ["webnet:dmain: x", "webnet:engine: { host: tcp://192.0.2.1:2375, port: 1 }"],
    ])
      assert.equal(of(...lines), "tcp://192.0.2.1:2375", lines.join());
  });

  it("is the environment's where the file names none, or can't be read", () => {
    for (const lines of [[...right, colors], ["webnet:dmain: x"], ["webnet:engine: [", engine]])
      assert.equal(of(...lines), "unix:///other.sock", lines.join());
  });

  it("isn't guessed where the file's own is wrong, or where there is no file", () => {
    assert.throws(() => of(...right, colors, "webnet:engine: { host: '192.0.2.1' }"), /webnet:engine\.host/);
    assert.throws(
      () => new Target("other", folder, {}).engineAddress,
      /there is no .*\/Pulumi\.other\.yaml: .* \(here: prod\)/,
    );
    rmSync(join(folder, "Pulumi.yaml"));
    assert.throws(() => of(...right, colors), /there is no .*\/Pulumi\.yaml: name the folder that has one/);
  });
});
