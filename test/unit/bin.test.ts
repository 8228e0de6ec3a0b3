import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../../host/project.ts";

const file = join(projectRoot, "bin", "webnet.js");

/** Makes Node look older to the file that runs after it. */
const older = `data:text/javascript,${encodeURIComponent(
  'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } })',
)}`;

describe("bin/webnet.js", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-bin-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...environment };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: "utf8" });
    return { exitCode: status, stdout, stderr };
  }

  it("is what the package offers, and runs nothing of the development's", () => {
    const { bin } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { bin: unknown };
    assert.deepEqual(bin, { webnet: "bin/webnet.js" });
    assert.equal(statSync(file).mode & 0o111, 0o111);
    const imported = [...readFileSync(file, "utf8").matchAll(/(?:from |import\()"([^"]+)"/g)];
    assert.deepEqual(
      imported.map(([, target]) => target),
      ["node:url", "../ops/ops.ts"],
    );
  });

  it("works by a link and from another folder, on this project", () => {
    const link = join(folder, "webnet");
    symlinkSync(file, link);
    const { exitCode, stderr } = run(link, ["status", "--stack", "no-such-stack"]);
    assert.equal(exitCode, 1);
    assert.ok(stderr.startsWith(`there is no ${projectRoot}/Pulumi.no-such-stack.yaml: `), stderr);
  });

  it("takes --cwd from where it is called", () => {
    mkdirSync(join(folder, "shop"));
    const { stderr } = run(file, ["status", "--stack", "prod", "--cwd", "shop"]);
    assert.ok(stderr.startsWith(`there is no ${folder}/shop/Pulumi.prod.yaml: `), stderr);
  });

  it("shows help with the name that it was called by, and has the commands' exit codes", () => {
    assert.match(run(file, ["rollback", "--help"]).stdout, /^ {2}webnet rollback --stack prod /m);
    const byNpx = run(file, ["rollback", "--help"], { npm_lifecycle_event: "npx" });
    assert.match(byNpx.stdout, /^ {2}npx webnet rollback --stack prod /m);
    assert.equal(run(file, ["status", "--nonsense"]).exitCode, 2);
  });

  it("says which Node it needs, and nothing else, where that is too old", () => {
    const { exitCode, stdout, stderr } = run(process.execPath, ["--import", older, file, "status"]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(
      stderr,
      /^webnet needs Node 24 or newer, and this is 20\.19\.0 \(.*\)\.\n.* npm run ops -- <command>, .*\n$/,
    );
    const wanted = /^node_wanted=(\d+)$/m.exec(
      readFileSync(join(projectRoot, "dev/toolchain/run"), "utf8"),
    )?.[1];
    assert.equal(wanted, "24");
  });

  it("says how to bring the dependencies where they are missing", () => {
    for (const part of ["bin", "engine", "host", "ops", "settings", "package.json"])
      cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
    const { exitCode, stderr } = run(join(folder, "bin", "webnet.js"), ["status"]);
    assert.equal(exitCode, 1);
    assert.ok(
      stderr.startsWith(`webnet's dependencies aren't there, or not all of them: cd ${folder}`),
      stderr,
    );
  });
});
