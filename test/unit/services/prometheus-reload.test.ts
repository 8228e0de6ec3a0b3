import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prometheus } from "../../../services/prometheus.ts";

/** Answers of a Prometheus to each question in turn; the last one stays. `-` is no answer. */
interface Answers {
  ready?: string[];
  /** Time of the last success, and 1 if the last reading succeeded. */
  metrics: string[];
}

describe("telling Prometheus of another configuration", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-reload-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the command with commands in place of wget, date (5 s later at each call), sleep and kill. */
  function tell({ ready = ["ok"], metrics }: Answers): {
    status: number | null;
    said: string;
    signals: number;
  } {
    const answers = (list: string[]): string =>
      list.map((answer, at) => `${at === list.length - 1 ? "*" : `${at}`}) echo '${answer}' ;;`).join(" ");
    const tools: Record<string, string> = {
      wget: [
        'case "$*" in */-/ready) what=ready ;; *) what=metrics ;; esac',
        `n=$(cat "${folder}/$what" 2> /dev/null || echo 0); echo $((n + 1)) > "${folder}/$what"`,
        `if [ $what = ready ]; then answer=$(case $n in ${answers(ready)} esac)`,
        `else answer=$(case $n in ${answers(metrics)} esac); fi`,
        '[ "$answer" != - ] || exit 1',
        "set -- $answer",
        'echo "prometheus_config_last_reload_success_timestamp_seconds $1"',
        'echo "prometheus_config_last_reload_successful $2"',
      ].join("\n"),
      date: `n=$(cat "${folder}/date" 2> /dev/null || echo 0); echo $((n + 5)) | tee "${folder}/date"`,
      sleep: "exit 0",
    };
    for (const [name, text] of Object.entries(tools)) writeFileSync(join(folder, `${name}.sh`), text);
    const asFunctions = Object.keys(tools).map((name) => `${name}() { sh "${folder}/${name}.sh" "$@"; }`);
    const command = prometheus.onChange?.tell;
    assert.ok(command !== undefined && "command" in command);
    const script = [
      ...asFunctions,
      `kill() { echo signal >> "${folder}/signals"; }`,
      command.command.at(-1),
    ].join("\n");
    const { status, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
    const signals = spawnSync("sh", ["-c", `cat "${folder}/signals" 2> /dev/null | wc -l`], {
      encoding: "utf8",
    });
    return { status, said: stderr.trim(), signals: Number(signals.stdout) };
  }

  it("ends once the time of its last success is another one", () => {
    assert.deepEqual(tell({ metrics: ["5 1", "5 1", "5 1", "9 1"] }), { status: 0, said: "", signals: 1 });
  });

  it("fails where it refuses, and where it never reads", () => {
    assert.match(tell({ metrics: ["5 1", "5 1", "5 0"] }).said, /^it could not read them$/);
    rmSync(join(folder, "metrics"));
    assert.match(tell({ metrics: ["5 1"] }).said, /^it has not read them within 300 s$/);
  });

  it("asks again for the time before, and never takes an old one for new", () => {
    const { status, said, signals } = tell({ metrics: ["-", "5 1", "-", "5 1"] });
    assert.deepEqual([status, said, signals], [1, "it has not read them within 300 s", 1]);
  });

  it("sends no signal where it isn't ready", () => {
    const { status, said, signals } = tell({ ready: ["-"], metrics: ["5 1"] });
    assert.deepEqual([status, signals], [1, 0]);
    assert.match(said, /^it was not ready within 60 s/);
  });
});
