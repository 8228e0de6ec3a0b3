import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../host/project.ts";
import { nameOf, optionsOf } from "../../../ops/command.ts";
import { commands } from "../../../ops/commands.ts";
import { completion } from "../../../ops/completion/command.ts";
import { bashCompletion } from "../../../ops/completion/bash.ts";
import { zshCompletion } from "../../../ops/completion/zsh.ts";

const hasZsh = spawnSync("zsh", ["-f", "-c", "true"]).status === 0;

describe("webnet completion", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-completion's "));
    mkdirSync(join(folder, "other"));
    for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.test-1.yaml", "other/Pulumi.shop.yaml"])
      writeFileSync(join(folder, name), "");
    writeFileSync(join(folder, "Pulumi.$(touch bad).yaml"), "");
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What a real bash offers for these words of a line. The completion can call no program. */
  function offered(...words: string[]): string[] {
    const script = [
      'eval "$1"; shift; PATH=/nowhere; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))',
      '_webnet; printf "%s\\n" "${COMPREPLY[@]}"',
    ].join("\n");
    const text = bashCompletion(commands, folder);
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script, "bash", text, "webnet", ...words], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    return stdout.split("\n").filter((word) => word !== "");
  }

  it("is a whole script for bash, of which the shell itself says that webnet has it", () => {
    const script = join(folder, "webnet.bash");
    writeFileSync(script, completion.textFor("bash", commands));
    const { stdout, stderr, status } = spawnSync(
      "bash",
      ["--norc", "-c", `set -u; source "$1"; complete -p webnet`, "bash", script],
      { encoding: "utf8" },
    );
    assert.deepEqual([status, stdout, stderr], [0, "complete -F _webnet webnet\n", ""]);
  });

  it("offers every command, and help", () => {
    assert.deepEqual(offered(""), [...Object.keys(commands), "help"]);
    assert.deepEqual(offered("ro"), ["rollback"]);
    assert.deepEqual(offered("help", "sta"), ["status"]);
  });

  it("offers every option of a command, and no other", () => {
    for (const [name, command] of Object.entries(commands)) {
      const options = optionsOf(command).map((option) => `--${nameOf(option)}`);
      assert.deepEqual(offered(name, "--"), [...options, "--help"]);
    }
    assert.deepEqual(offered("deploy", "--tag", "v2", "--st"), ["--stack"]);
    assert.deepEqual(offered("nonsense", "--"), []);
  });

  it("offers the stacks whose files are there, of this project or of the one that --cwd names", () => {
    assert.deepEqual(offered("status", "--stack", ""), ["prod", "test-1"]);
    assert.deepEqual(offered("status", "--stack", "pr"), ["prod"]);
    assert.deepEqual(offered("status", "--stack", "="), ["prod", "test-1"]);
    assert.deepEqual(offered("status", "--stack", "=", "te"), ["test-1"]);
    assert.deepEqual(offered("status", "--cwd", "other", "--stack", ""), ["shop"]);
    assert.deepEqual(offered("status", "--cwd", "=", "other", "--stack", "="), ["shop"]);
    assert.deepEqual(offered("status", "--cwd", "nowhere", "--stack", ""), []);
    assert.ok(!existsSync(join(folder, "bad")));
  });

  it("offers values where they are known, folders for --cwd, and nothing for a tag", () => {
    assert.deepEqual(offered("deploy", "--color", ""), ["blue", "green"]);
    assert.deepEqual(offered("deploy", "--tag", ""), []);
    assert.deepEqual(offered("deploy", "--cwd", "ot"), ["other"]);
    assert.deepEqual(offered("completion", "z"), ["zsh"]);
  });

  it("names the project that it was made in", () => {
    for (const shell of ["bash", "zsh"])
      assert.ok(completion.textFor(shell, commands).includes(`'${projectRoot}'`), shell);
  });

  it("is for zsh as well", function () {
    if (!hasZsh) this.skip();
    const script = [
      "compdef() { print -r -- compdef $@ }",
      '_describe() { print -rl -- "${(@P)2}" }',
      '_arguments() { print -rl -- "$@"; _webnet_stacks }',
      "compadd() { print -rl -- ${(P)@[-1]} }",
      'eval "$1"; shift; words=("$@"); CURRENT=$#',
      "_webnet",
    ].join("\n");
    const zsh = (...words: string[]): string => {
      const args = ["-f", "-c", script, "zsh", zshCompletion(commands, folder), "webnet", ...words];
      const { stdout, stderr } = spawnSync("zsh", args, { cwd: folder, encoding: "utf8" });
      assert.doesNotMatch(stderr, /error|not found|bad/i);
      return stdout;
    };
    const first = zsh("");
    assert.ok(first.startsWith("compdef _webnet webnet\n"), first);
    for (const [name, { summary }] of Object.entries(commands))
      assert.ok(first.includes(`${name}:${summary}`), name);
    const options = zsh("deploy", "--st");
    for (const option of optionsOf(commands["deploy"] ?? assert.fail()))
      assert.match(options, new RegExp(`^--${nameOf(option)}=?\\[`, "m"));
    const prod = zsh("status", "--stack", "");
    assert.match(prod, /^--stack=\[.*\]:NAME:_webnet_stacks$/m);
    assert.match(zsh("status", "--cwd", "other", "--stack", ""), /\nshop\n$/);
  });
});
