import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { projectRoot } from "../../host/project.ts";

/** The program and the folders that run on an operator's machine. */
const product = [
  "index.ts",
  ...[
    "contract",
    "deploy",
    "engine",
    "gateway",
    "host",
    "ops",
    "policy",
    "preflight",
    "pulumi",
    "release",
    "render",
    "services",
  ],
  ...["settings", "stacks", "workload"],
];

/** The project's files that a file imports, type imports included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(projectRoot, file), "utf8");
  const targets = [...text.matchAll(/(?:from |import\(|import )"(\.[^"]+)"/g)].map(
    ([, target = ""]) => target,
  );
  return targets.map((target) => relative(projectRoot, join(projectRoot, dirname(file), target)));
}

const topOf = (file: string): string => file.split("/")[0] ?? file;

/** The first circle that a walk from this file finds; empty if there is none. */
function circleFrom(file: string, path: readonly string[], done: Set<string>): string[] {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return [];
  // A test's program text imports what isn't there.
  for (const target of importsOf(file).filter((one) => existsSync(join(projectRoot, one)))) {
    const circle = circleFrom(target, [...path, file], done);
    if (circle.length > 0) return circle;
  }
  done.add(file);
  return [];
}

describe("imports between the folders", () => {
  const files = globSync(["*.ts", "*/**/*.ts"], {
    cwd: projectRoot,
    exclude: ["node_modules", ".webnet"],
  });
  const crossing = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => topOf(target) !== topOf(file))
      .map((target) => ({ file, target, from: topOf(file), to: topOf(target) })),
  );
  const into = (from: readonly string[], to: readonly string[]): string[] =>
    crossing
      .filter((each) => from.includes(each.from) && to.includes(each.to))
      .map(({ file, target }) => `${file} imports ${target}`);

  it("there are some to look at", () => {
    assert.ok(crossing.length > 200);
  });

  it("what runs on an operator's machine imports nothing of the development's and of the tests'", () => {
    assert.deepEqual(into(product, ["dev", "test"]), []);
  });

  it("the development's own tools import nothing of the tests'", () => {
    assert.deepEqual(into(["dev"], ["test"]), []);
  });

  it("settings and texts know nothing of the platform, and the machine's own parts of nobody", () => {
    const others = product.filter((folder) => !["settings", "host"].includes(folder));
    assert.deepEqual(into(["host"], product.concat("dev")), []);
    assert.deepEqual(into(["settings"], others), []);
  });

  it("what knows Pulumi's own files and words knows nothing of the platform", () => {
    assert.deepEqual(
      into(
        ["pulumi"],
        product.filter((folder) => !["pulumi", "host", "settings"].includes(folder)),
      ),
      [],
    );
  });

  it("only the program itself imports the stacks", () => {
    assert.deepEqual(
      into(
        product.filter((folder) => folder !== "index.ts"),
        ["stacks", "index.ts"],
      ),
      [],
    );
  });

  it("nobody imports what Pulumi runs", () => {
    assert.deepEqual(
      into(
        product.filter((folder) => folder !== "deploy"),
        ["deploy"],
      ),
      [],
    );
  });

  it("there is no circle, not even of types", () => {
    const done = new Set<string>();
    assert.deepEqual(
      files.flatMap((file) => circleFrom(file, [], done)),
      [],
    );
  });
});
