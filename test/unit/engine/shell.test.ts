import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";
import type Docker from "dockerode";
import { inShell } from "../../../engine/shell.ts";
import { frame } from "../support/fake-container.ts";

/** A container whose execs are processes of this machine. */
class LocalContainer {
  readonly started: ChildProcess[] = [];
  readonly container = {
    exec: ({ Cmd }: { Cmd: string[] }) => Promise.resolve({ start: () => Promise.resolve(this.start(Cmd)) }),
  } as unknown as Docker.Container;

  private start([file = "", ...args]: string[]): Duplex {
    const child = spawn(file, args);
    this.started.push(child);
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => child.stdin.write(chunk, done),
      final: (done) => {
        child.stdin.end(done);
      },
    });
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => stream.push(frame(1, chunk)));
    child.stderr.on("data", (chunk: Buffer) => stream.push(frame(2, chunk)));
    child.once("close", () => stream.push(null));
    return stream;
  }
}

describe("a shell in a container", () => {
  it("runs one command after the other, and tells of each what it left behind", async () => {
    const { container, started } = new LocalContainer();
    await inShell(container, 60, async (exec) => {
      assert.deepEqual(await exec(["echo", "it's", "$HOME", "a  b"]), {
        exitCode: 0,
        stdout: "it's $HOME a  b\n",
        stderr: "",
      });
      assert.deepEqual(await exec(["sh", "-c", "printf 'no line'; echo why >&2; exit 7"]), {
        exitCode: 7,
        stdout: "no line",
        stderr: "why\n",
      });
      assert.equal((await exec(["no-such-program"])).exitCode, 127);
      assert.deepEqual(await exec(["true"]), { exitCode: 0, stdout: "", stderr: "" });
    });
    assert.equal(started.length, 1);
  });

  it("gives a command its input, and nothing of what comes after", async () => {
    const { container } = new LocalContainer();
    const large = "0123456789\n".repeat(50_000);
    await inShell(container, 60, async (exec) => {
      assert.equal((await exec(["cat"])).stdout, "");
      assert.equal((await exec(["cat"], "$(one)\n'two'\n")).stdout, "$(one)\n'two'\n");
      assert.equal((await exec(["cat"], large)).stdout, large);
      assert.equal((await exec(["wc", "-c"], large)).stdout.trim(), String(large.length));
    });
  });

  it("that ends under a command fails it, and the next command gets another one", async () => {
    const { container, started } = new LocalContainer();
    await inShell(container, 60, async (exec) => {
      const killed = await exec(["sh", "-c", "echo begun; kill -9 $PPID"]);
      assert.deepEqual([killed.exitCode, killed.stdout], [-1, "begun\n"]);
      assert.equal((await exec(["echo", "again"])).stdout, "again\n");
    });
    assert.equal(started.length, 2);
  });

  it("takes megabytes in, each piece once", async function () {
    this.timeout("20s");
    const { container } = new LocalContainer();
    await inShell(container, 60, async (exec) => {
      const { stdout, stderr } = await exec([
        "sh",
        "-c",
        "head -c 24000000 /dev/zero | tr '\\0' x; echo why >&2",
      ]);
      assert.deepEqual([stdout.length, stderr], [24_000_000, "why\n"]);
    });
  });

  it("ends itself when its time is over, whoever has forgotten it", async () => {
    const { container, started } = new LocalContainer();
    await inShell(container, 1, async (exec) => {
      await exec(["true"]);
      const [shell] = started;
      if (shell === undefined || shell.exitCode !== null) assert.fail("no shell waits");
      assert.deepEqual(await once(shell, "exit"), [124, null]);
    });
  });

  it("is started with the first command, and ends with the work, however that ends", async () => {
    const { container, started } = new LocalContainer();
    await inShell(container, 60, () => Promise.resolve());
    assert.equal(started.length, 0);
    const failing = inShell(container, 60, async (exec) => {
      await exec(["true"]);
      throw new Error("the work failed");
    });
    await assert.rejects(failing, { message: "the work failed" });
    const [shell] = started;
    if (shell?.exitCode === null) await once(shell, "exit");
    assert.equal(shell?.exitCode, 0);
  });
});
