import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../../host/project.ts";
import { overview, readLine, type Asked } from "../../../ops/cli.ts";
import { byNpm } from "../../../settings/commands.ts";
import { commands } from "../../../ops/commands.ts";
import { nameOf, optionsOf } from "../../../ops/command.ts";
import { runOps } from "../../../ops/ops.ts";
import { UsageError } from "../../../ops/usage.ts";

const cli = { commands, program: byNpm };
const read = (line: string): Asked | undefined => readLine(line.split(" "), cli);

/** Runs a line as an operator does. */
function run(...args: string[]): { exitCode: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, "ops/ops.ts"), ...args], {
    encoding: "utf8",
  });
  return { exitCode: status, stdout, stderr };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

describe("the operator's commands, as a line finds them", () => {
  it("lists every command with what it does", () => {
    for (const [name, { summary }] of Object.entries(commands)) {
      assert.match(overview(cli), new RegExp(`^  ${name} +${escape(summary)}$`, "m"));
    }
    assert.deepEqual(run(), { exitCode: 0, stdout: `${overview(cli)}\n`, stderr: "" });
    assert.equal(run("--help").stdout, `${overview(cli)}\n`);
  });

  it("explains every option of every command, the examples and the exit codes", () => {
    for (const [name, command] of Object.entries(commands)) {
      const { exitCode, stdout } = run(name, "--help");
      assert.equal(exitCode, 0);
      for (const option of optionsOf(command)) assert.ok(stdout.includes(`--${nameOf(option)}`), name);
      const examples = stdout.split("\n").filter((line) => /^ {2}(?:npm run ops --|webnet) /.test(line));
      assert.ok(examples.length >= 2, name);
      assert.match(stdout, /^Exit code: 0 .*; 1 .*; 2 wrong usage\.$/m);
    }
    assert.equal(run("help", "deploy").stdout, run("deploy", "--help").stdout);
  });

  it("takes every example that help shows", () => {
    for (const [name, command] of Object.entries(commands)) {
      for (const [line] of command.examples) {
        const [typed = ""] = line.split(" > ");
        const asked = readLine([name, ...typed.split(" ")], cli);
        assert.equal(asked?.command, command, `${name} ${line}`);
        if ("run" in command) command.mustFit?.(asked.values, asked.argument);
      }
    }
  });

  it("gives the options by their names, and those that weren't typed as undefined", () => {
    const { values } = read("deploy --backend-tag=sha-1 --frontend-tag sha-2 --break-lock") ?? {};
    assert.deepEqual(
      Object.entries(values ?? {}).filter(([, value]) => value !== undefined),
      [
        ["backend-tag", "sha-1"],
        ["frontend-tag", "sha-2"],
        ["break-lock", true],
      ],
    );
  });

  it("names the commands that there are when it gets another one", async () => {
    await assert.rejects(
      runOps(["toString"]),
      /there is no command "toString"\.\nusage: .*\n(?: {2}.*\n?)+$/,
    );
    await assert.rejects(runOps(["toString", "--help"]), /there is no command "toString"\./);
    await assert.rejects(runOps(["help", "toString"]), /there is no command "toString"\./);
    await assert.rejects(runOps(["--stack", "prod", "status"]), /there is no command "--stack"\./);
    await assert.rejects(runOps(["rolback"]), /there is no command "rolback": rollback\?\n/);
  });

  it("refuses an option that a command doesn't have", async () => {
    await assert.rejects(
      runOps(["status", "--nonsense"]),
      /^Error: status has no option --nonsense\nnpm run ops -- status --help/,
    );
    await assert.rejects(runOps(["deploy", "--colour", "red"]), /deploy has no option --colour: --color\?/);
    await assert.rejects(runOps(["deploy", "--tga=v2"]), /deploy has no option --tga: --tag\?/);
  });

  for (const [line, said] of [
    ["deploy --tag", /option '--tag <TAG>' argument missing\n/],
    ["deploy --tag --prepare", /'--prepare' is invalid\. It begins with a dash: is the value missing\?\n/],
    ["deploy --tag v1 --tag v2", /'v2' is invalid\. It is given twice\.\n/],
    ["status --json=yes", /^Error: --json takes no value\n/],
    ["status prod", /^Error: status takes fewer words than came: prod\. /],
  ] as const) {
    it(`refuses "${line}"`, () => {
      assert.throws(
        () => read(line),
        (error) => error instanceof UsageError && said.test(String(error)),
      );
    });
  }

  it("says by what it was called how to go on", async () => {
    await assert.rejects(runOps(["status", "-x"], undefined, "webnet"), /\nwebnet status --help lists/);
  });
});

describe("the exit code of an operator's command", () => {
  it("is 2 for wrong usage, before a stack is looked for", () => {
    for (const line of [
      "nonsense",
      "status --nonsense",
      "deploy --tag",
      "deploy --prepare",
      "deploy --tag v2 --color red",
      "deploy --tag v2 --bake soon",
      "deploy --finish --abort",
      "prune --keep some",
    ]) {
      const { exitCode, stdout, stderr } = run(...line.split(" "), "--cwd", "/nowhere");
      assert.deepEqual([line, exitCode, stdout], [line, 2, ""]);
      assert.notEqual(stderr, "");
    }
  });

  it("is 1 for what failed or was refused", () => {
    const { exitCode, stderr } = run("status", "--stack", "no-such-stack");
    assert.equal(exitCode, 1);
    assert.match(stderr, /^there is no .*Pulumi\.no-such-stack\.yaml: name a stack that has one/);
  });
});
