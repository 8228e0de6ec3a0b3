import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { catchesSignals } from "../../host/interruption.ts";
import { whenEnded } from "./ending.ts";
import { SshFailure } from "./failure.ts";

const greetingSeconds = 40;
const endOfHead = "\r\n\r\n";
/** Every engine answers this, and the answer to HEAD has no body. */
const greeting = `HEAD /_ping HTTP/1.1\r\nHost: engine${endOfHead}`;

/** One `ssh` process whose input and output are connected to an engine. */
export class SshSession {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it ends: to the reason, or to undefined after exit code 0. */
  readonly ended: Promise<SshFailure | undefined>;
  readonly #ssh: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #address: string;

  private constructor(args: readonly string[], address: string) {
    const ssh = spawn("ssh", args, { stdio: "pipe", detached: catchesSignals() });
    this.#ssh = ssh;
    this.#address = address;
    this.stdin = ssh.stdin;
    this.stdout = ssh.stdout;
    let said = "";
    ssh.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    // `ended` gives the reason why nothing more can be written.
    ssh.stdin.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      ssh.once("error", (error) => {
        resolve(new SshFailure(address, `ssh didn't start: ${error.message}`));
      });
      whenEnded(ssh, (code) => {
        const words = said.trim() || `ssh ended with exit code ${code ?? "none"}`;
        resolve(code === 0 ? undefined : new SshFailure(address, words));
      });
    });
  }

  /**
   * Starts a session, and returns it only when the engine has answered over it. If it fails before that, the engine has
   * got no request, so trying again is safe.
   *
   * @throws SshFailure if ssh fails, or the engine does not answer within 40 s
   */
  static async start(args: readonly string[], address: string): Promise<SshSession> {
    const session = new SshSession(args, address);
    try {
      await session.#greet();
      return session;
    } catch (error) {
      session.kill();
      throw error;
    }
  }

  kill(): void {
    this.#ssh.kill();
  }

  /** For a session that waits for the next request: this process may end meanwhile. */
  unref(): void {
    for (const part of this.#parts()) part.unref?.();
  }

  ref(): void {
    for (const part of this.#parts()) part.ref?.();
  }

  async #greet(): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      let head = "";
      const take = (chunk: Buffer): void => {
        head += chunk.toString("latin1");
        if (!head.endsWith(endOfHead)) return;
        this.stdout.removeListener("data", take).pause();
        resolve();
      };
      this.stdout.on("data", take);
    });
    const early = this.ended.then((failure) => {
      throw failure ?? new SshFailure(this.#address, "the connection ended without an answer");
    });
    const timer = new AbortController();
    const late = sleep(greetingSeconds * 1000, undefined, { signal: timer.signal }).then(() => {
      throw new SshFailure(this.#address, `no answer within ${greetingSeconds} s`, "gone");
    });
    this.stdin.write(greeting);
    try {
      await Promise.race([answered, early, late]);
    } finally {
      timer.abort();
      for (const other of [early, late]) other.catch(() => undefined);
    }
  }

  #parts(): { ref?: () => unknown; unref?: () => unknown }[] {
    const { stdin, stdout, stderr } = this.#ssh;
    return [this.#ssh, stdin as object, stdout as object, stderr as object];
  }
}
