import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeployed } from "../../../../dev/toolchain/engine.ts";
import { projectRoot } from "../../../../host/project.ts";
import { socketPaths } from "../../../../dev/toolchain/private-paths.ts";
import { withoutSalt } from "../../../../dev/toolchain/stack-file.ts";
import { folderTotals, slowestFiles } from "../../../../dev/toolchain/test-reporter.ts";
import { inOrder, isGood, mochaArguments } from "../../../../dev/toolchain/test.ts";
import { isAtLeast } from "../../../../dev/toolchain/versions.ts";

describe("isAtLeast", () => {
  for (const [version, wanted, expected] of [
    ["v3.259.0", "3.259.0", true],
    ["3.260.0", "3.259.0", true],
    ["3.99.0", "3.259.0", false],
    ["go1.26.8", "1.26.0", true],
    ["1.26", "1.26.1", false],
    ["4", "3.259.0", true],
    ["none", "1.0", false],
  ] as const) {
    it(`${version} ${expected ? "is" : "is not"} at least ${wanted}`, () => {
      assert.equal(isAtLeast(version, wanted), expected);
    });
  }
});

describe("socketPaths", () => {
  it("stay in the project while they fit", () => {
    const paths = socketPaths("/srv/webnet");
    assert.equal(paths.socket, "/srv/webnet/.webnet/engine/docker.sock");
    assert.equal(paths.short, undefined);
  });

  it("move to a short folder, one for each project, under a long path", () => {
    const [one, two] = [socketPaths(`/srv/${"a".repeat(90)}`), socketPaths(`/srv/${"b".repeat(90)}`)];
    assert.match(one.socket, /^\/run\/webnet-[0-9a-f]{12}\/docker\.sock$/);
    assert.notEqual(one.socket, two.socket);
  });

  it("move there too when the path would need quoting in an address", () => {
    assert.notEqual(socketPaths("/srv/my projects/webnet").short, undefined);
    assert.notEqual(socketPaths("/srv/프로젝트").short, undefined);
  });
});

describe("withoutSalt", () => {
  const settings = "config:\n  # a comment\n  webnet:domain: localhost\n";

  it("takes the salt out and leaves the rest as it is", () => {
    assert.equal(withoutSalt(`${settings}encryptionsalt: v1:abc=:v1:def:ghi==\n`), settings);
    assert.equal(withoutSalt(`encryptionsalt: v1:abc\n${settings}`), settings);
    assert.equal(withoutSalt(settings), settings);
  });

  it("keeps it where secrets need it", () => {
    const withSecret = `config:\n  webnet:registryPassword:\n    secure: v1:abc\nencryptionsalt: v1:abc\n`;
    assert.equal(withoutSalt(withSecret), withSecret);
  });
});

describe("isDeployed", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "state-"));
    mkdirSync(join(folder, ".pulumi", "stacks", "webnet"), { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (latest: unknown): void => {
    const file = join(folder, ".pulumi", "stacks", "webnet", "local.json");
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest } }));
  };

  it("is false without a state, for a new stack and for one that was destroyed", () => {
    assert.equal(isDeployed(folder), false);
    write(null);
    assert.equal(isDeployed(folder), false);
    write({ resources: [{ type: "pulumi:pulumi:Stack" }] });
    assert.equal(isDeployed(folder), false);
  });

  it("is true as soon as the engine holds something", () => {
    write({ resources: [{ type: "pulumi:pulumi:Stack" }, { type: "docker:index/network:Network" }] });
    assert.equal(isDeployed(folder), true);
  });
});

describe("npm test", () => {
  const all = ["test/unit/a.test.ts", "test/integration/b.test.ts"];

  const side = ["--parallel", "--jobs", "2"];

  it("runs all files two at a time, the named ones, or all with flags, and one by one in a long run", () => {
    assert.deepEqual(mochaArguments([], all), [...side, ...all]);
    assert.deepEqual(mochaArguments([], all, true), all);
    assert.deepEqual(mochaArguments(["test/unit/a.test.ts", "--bail"], all), [
      "test/unit/a.test.ts",
      "--bail",
    ]);
    assert.deepEqual(mochaArguments(["--grep", "switch"], all), [...side, "--grep", "switch", ...all]);
  });

  it("takes the slow files first", () => {
    assert.deepEqual(inOrder(["test/unit/b.test.ts", "test/unit/a.test.ts", "test/integration/b.test.ts"]), [
      "test/integration/b.test.ts",
      "test/unit/a.test.ts",
      "test/unit/b.test.ts",
    ]);
  });

  it("says which files took longest", () => {
    const times = new Map(
      [10_000, 4_999, 70_400].map((time, index) => [join(projectRoot, `${index}.ts`), time]),
    );
    assert.deepEqual(slowestFiles(times), ["  What took longest:", "     70 s  2.ts", "     10 s  0.ts"]);
    assert.deepEqual(slowestFiles(new Map()), []);
  });

  it("says what each folder took", () => {
    const took = [
      ["test/unit/a/1.test.ts", 1000],
      ["test/integration/2.test.ts", 70_000],
      ["test/unit/3.test.ts", 2400],
    ] as const;
    const times = new Map(took.map(([file, time]) => [join(projectRoot, file), time]));
    assert.deepEqual(folderTotals(times), [
      "  By folder:",
      "     70 s  test/integration (files: 1)",
      "      3 s  test/unit (files: 2)",
    ]);
    assert.deepEqual(folderTotals(new Map([...times].slice(0, 1))), []);
  });

  it("is good only when tests ran and none failed", () => {
    assert.equal(isGood(0, { passed: 3, failed: 0 }), true);
    assert.equal(isGood(0, { passed: 0, failed: 0 }), false);
    assert.equal(isGood(0, undefined), false);
    assert.equal(isGood(1, { passed: 3, failed: 0 }), false);
    assert.equal(isGood(1, { passed: 3, failed: 1 }), false);
  });
});
