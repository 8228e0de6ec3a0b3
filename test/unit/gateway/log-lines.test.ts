import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { runWithLogs } from "../../../gateway/log-lines.ts";

const lines = 4000;
/** With it, the lines take six times what a pipe holds. */
const padding = "x".repeat(90);
/** An eighth of it is 4 KB, so the files are put aside again and again. */
const megabytes = 1 / 32;

/**
 * Stands for nginx: writes numbered lines, and opens its files again only some lines after the signal. It ends by
 * SIGTERM: unlike nginx, a shell can't take the SIGQUIT that its parent has it ignore.
 */
const writer = `
open() { exec 3>> "$1" 4>> "$2"; }
trap 'open "$1" "$2"' USR1
trap 'asked=to-end' TERM
open "$1" "$2"
at=0
while [ $at -lt ${lines} ]; do
  at=$((at + 1))
  echo "line $at ${padding}" >&3
  [ $((at % 10)) != 0 ] || echo "error $at" >&4
done
: > "$3"
until [ "$asked" = to-end ]; do sleep 0.05; done
echo "last line" >&3
exit 7
`;

describe("the gateway's log lines", function () {
  this.timeout("60s");
  let folder: string;
  let child: ChildProcessByStdio<null, Readable, Readable>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-lines-"));
  });
  afterEach(async () => {
    // The end of a test that failed before it asked for it.
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true });
  });

  /** Starts the commands around the writer, with folders of their own. */
  function started() {
    const [memory, temporary, written] = ["log", "tmp", "written"].map((name) => join(folder, name));
    mkdirSync(memory ?? "");
    mkdirSync(temporary ?? "");
    writeFileSync(join(folder, "writer"), writer);
    const nginx = `sh ${folder}/writer ${temporary}/access.log ${temporary}/error.log ${written}`;
    const folders: Record<string, string | undefined> = { "/var/log/webnet": memory, "/tmp": temporary };
    const script = runWithLogs({ command: "NGINX", logMegabytes: megabytes, endSeconds: 30 })
      .join("\n")
      .replaceAll(/\/var\/log\/webnet|\/tmp/g, (name) => folders[name] ?? "")
      .replace("NGINX", nginx)
      .replace("sleep 1 &", "sleep 0.02 &");
    child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"], detached: true });
    return { ended: once(child, "exit"), hasWritten: () => existsSync(written ?? ""), memory };
  }

  async function until(what: () => boolean): Promise<void> {
    for (let left = 400; !what(); left -= 1) {
      assert.ok(left > 0, "not within 20 s");
      await sleep(50);
    }
  }

  const access = [
    ...Array.from({ length: lines }, (_, index) => `line ${index + 1} ${padding}`),
    "last line",
    "",
  ];
  const errors = Array.from({ length: lines / 10 }, (_, index) => `error ${(index + 1) * 10}`);

  /** Names the first line that differs: all of them would be half a megabyte. */
  function printed(text: string, expected: readonly string[]): void {
    const found = text.split("\n");
    const at = expected.findIndex((line, index) => line !== found[index]);
    if (at >= 0)
      assert.fail(`line ${at}: "${found[at]}" for "${expected[at]}", and ${found.length} lines in all`);
    assert.equal(found.length, expected.length);
  }

  it("are all printed, once and in order, over many files, and the end is nginx's own", async () => {
    const { ended, hasWritten, memory } = started();
    const [out, error] = [text(child.stdout), text(child.stderr)];
    await until(hasWritten);
    await until(() => readdirSync(memory ?? "").includes("access.log.aside"));
    // And it is not kept once all of it is read.
    await until(() => !readdirSync(memory ?? "").includes("access.log.aside"));
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [7, null]);
    printed(await out, access);
    // On a busy machine, half of so small a memory may have been full.
    printed((await error).replaceAll(/^webnet: .*\n/gm, ""), [...errors, ""]);
  });

  it("make nginx wait for nobody: while nothing reads the output, it goes on, and later all are there", async () => {
    const { ended, hasWritten, memory } = started();
    // This process, the only reader of the output, doesn't read yet.
    await until(hasWritten);
    await sleep(200);
    const files = readdirSync(memory ?? "").filter((name) => name.startsWith("access.log"));
    const kept = files.reduce((bytes, name) => bytes + statSync(join(memory ?? "", name)).size, 0);
    assert.ok(kept > 100_000, `${kept} bytes`);
    const out = text(child.stdout);
    // To all processes, and again, as a host does that shuts down.
    for (let times = 0; times < 3; times += 1) {
      process.kill(-(child.pid ?? 0), "SIGTERM");
      await sleep(20);
    }
    assert.deepEqual(await ended, [7, null]);
    printed(await out, access);
  });

  it("hold nothing up at the end, where nobody reads them any more", async () => {
    const { ended, hasWritten } = started();
    await until(hasWritten);
    const began = Date.now();
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [7, null]);
    const milliseconds = Date.now() - began;
    assert.ok(milliseconds > 2000 && milliseconds < 10_000, `${milliseconds} ms`);
  });
});
