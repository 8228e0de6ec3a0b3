import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Script, Variables } from "../../../contract/script.ts";
import {
  json,
  optional,
  recorded,
  text,
  wholeNumber,
  word,
  type Variable,
} from "../../../contract/variable.ts";
import { projectRoot } from "../../../host/project.ts";
import { z } from "zod";

/** Other files that may name our variables: those of operators, of backends and of recover. */
const others = [
  "engine/identity.ts",
  "preflight/recovering.ts",
  "pulumi/told-folder.ts",
  "release/serving.ts",
  "ops/recover/recorded.ts",
];

const scripts: Script<Variables, unknown>[] = [];
const folder = join(projectRoot, "contract");
for (const file of readdirSync(folder)) {
  const exports = (await import(join(folder, file))) as Record<string, unknown>;
  for (const [name, value] of Object.entries(exports))
    if (name.endsWith("Script")) scripts.push(value as Script<Variables, unknown>);
}

/** Existing states have these names: a new name makes every platform run the script again. */
const names = {
  "deploy/accounts.ts": "CONTAINER_ID MYSQL MYSQL_USER TIMEOUT_SECONDS",
  "deploy/certificate.ts":
    "CERTIFICATE CERTIFICATE_DIGEST CERTIFICATE_FILE CERTIFICATE_HOSTS CERTIFICATE_KEY_FILE GATEWAY",
  "deploy/files.ts": "CONTAINER DIGEST DIRECTORY IMAGE ON_CHANGE REPAIRS VOLUME",
  "deploy/first-certificate.ts": "CONTAINER ORDER PROPAGATION_SECONDS",
  "deploy/gate.ts": "ASKS CONTAINER_ID MEANWHILE PROCESSES RELEASE REPLICA SUBJECT TIMEOUT_SECONDS",
  "deploy/gateway-gate.ts": "CONTAINER_ID GATEWAY PROCESSES",
  "deploy/handover.ts": "BEFORE_EDGE IMAGE VOLUME",
  "deploy/open-serving.ts": "IMAGE VOLUME",
  "deploy/publish.ts": "IMAGE NOTE RELEASE VOLUME",
  "deploy/route.ts": "ACTIVE_RELEASE GATEWAY REPAIRS ROUTE STANDBY_RELEASE",
  "deploy/seed.ts": "IMAGE VOLUME",
  "deploy/temporary.ts": "IMAGE VOLUME",
  "deploy/trial.ts": "CONTAINER LABELS PASSES RUNNING_ASKED TRIAL",
};

describe("the scripts of an update", () => {
  it("are files that are there, and each has its variables by the names that the states have", () => {
    const found: Record<string, Set<string>> = {};
    for (const { file, onDelete = file, variables } of scripts) {
      for (const path of [file, onDelete]) assert.ok(existsSync(join(projectRoot, path)), path);
      found[file] ??= new Set();
      for (const { name } of Object.values(variables)) found[file].add(name.replace(/^WEBNET_/, ""));
    }
    const sorted = Object.entries(found).map(([file, known]) => [file, [...known].sort().join(" ")]);
    assert.deepEqual(Object.fromEntries(sorted), names);
  });

  it("are told nothing by a name that isn't declared", () => {
    const { stdout } = spawnSync("git", ["grep", "-lE", "WEBNET_[A-Z]", "--", "*.ts", ":!dev", ":!test"], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    const found = stdout.split("\n").filter((file) => file !== "" && !file.startsWith("contract/"));
    assert.deepEqual(
      others.filter((file) => !found.includes(file)),
      [],
    );
    const inComments = found.filter((file) =>
      readFileSync(join(projectRoot, file), "utf8")
        .split("\n")
        .every((line) => !line.includes("WEBNET_") || /^\s*(?:\*|\/\/|\/\*\*)/.test(line)),
    );
    const left = found.filter((file) => !others.includes(file) && !inComments.includes(file));
    assert.deepEqual(left, []);
  });

  it("say which variable is missing, or can't be read, and do nothing", () => {
    const told = { ...process.env, WEBNET_STACK: "prod", WEBNET_CONTAINER_ID: "c", WEBNET_SUBJECT: "s" };
    const run = (environment: Record<string, string>) =>
      spawnSync(process.execPath, ["deploy/gate.ts"], {
        cwd: projectRoot,
        env: { ...told, ...environment },
        encoding: "utf8",
      });
    for (const [environment, message] of [
      [{}, "WEBNET_TIMEOUT_SECONDS is not set: this file is run by the Pulumi program, not by hand\n"],
      [{ WEBNET_TIMEOUT_SECONDS: "1.5" }, "WEBNET_TIMEOUT_SECONDS is 1.5, not a whole number\n"],
      [
        { WEBNET_TIMEOUT_SECONDS: "5", WEBNET_ASKS: "me" },
        "WEBNET_ASKS is me, not one of engine, container\n",
      ],
    ] as const) {
      const { status, stderr } = run(environment);
      assert.deepEqual([status, stderr], [1, message]);
    }
  }).timeout(60_000);
});

describe("a variable", () => {
  it("is read as it was written", () => {
    const same = <T>(variable: Variable<T>, value: T) => {
      assert.deepEqual(variable.read(variable.write(value)), value);
    };
    same(text("A"), "über\nzwei Zeilen");
    same(wholeNumber("A"), 60);
    same(word("A", ["yes", "no"]), "no");
    const schema = z.object({ a: z.number(), b: z.array(z.string()) });
    for (const indent of [undefined, 1]) same(json("A", schema, indent), { a: 1, b: ["x"] });
    assert.throws(() => json("A", schema).read("{}"), { message: /^A can't be read: .* at a, b$/ });
  });

  it("is looked for in what the state has of it", () => {
    assert.equal(recorded(text("A"), { A: "1" }), "1");
    assert.equal(recorded(optional(text("A")), {}), undefined);
    assert.equal(recorded(text("A"), undefined), undefined);
  });
});
