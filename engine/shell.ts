import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { within } from "./bound.ts";
import { commandInWords, execSeconds, type Exec, type ExecResult } from "./exec.ts";
import { Frames } from "./frames.ts";

/**
 * Runs several commands in a container, one after the other, by one shell: an exec of its own costs the engine's host as
 * much processor time as dozens of requests, and those who are served wait for it.
 *
 * @param longestSeconds more than all of it can take; each command has its own bound besides. An engine that is killed meanwhile, with live-restore on, leaves the
 *   shell waiting in the container; it ends itself after this time.
 * @param use gets what runs a command, whose standard input is whole lines.
 */
export async function inShell<T>(
  container: Docker.Container,
  longestSeconds: number,
  use: (exec: Exec) => Promise<T>,
): Promise<T> {
  let shell: Shell | undefined;
  const exec: Exec = async (argv, stdin, seconds = execSeconds) => {
    // A connection that broke says nothing of the container: the next command gets another shell.
    if (shell?.isOpen !== true) shell = new Shell(await startShell(container, longestSeconds));
    return await shell.run(argv, stdin, seconds);
  };
  try {
    return await use(exec);
  } finally {
    shell?.close();
  }
}

async function startShell(container: Docker.Container, longestSeconds: number): Promise<Duplex> {
  return await within(
    "starting a shell in a container",
    { totalSeconds: execSeconds },
    async ({ signal }) => {
      const exec = await container.exec({
        Cmd: ["timeout", String(Math.ceil(longestSeconds)), "sh"],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        abortSignal: signal,
      });
      return await exec.start({ hijack: true, stdin: true, abortSignal: signal });
    },
  );
}

/** More than a mark and an exit code take. */
const endCharacters = 64;

class Shell {
  readonly #stream: Duplex;
  /** Ends an input and an output; a command's own output can't have it by chance. */
  readonly #mark = randomBytes(12).toString("hex");
  #said = { stdout: new Said(), stderr: new Said() };
  #isOpen = true;
  #changed: () => void = () => undefined;
  #failure: Error | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    const frames = new Frames((channel, text) => {
      this.#said[channel].add(text);
    });
    stream.on("data", (chunk: Buffer) => {
      frames.add(chunk);
      this.#changed();
    });
    stream.on("error", (error) => {
      this.#failure = error;
    });
    stream.on("close", () => {
      this.#isOpen = false;
      this.#changed();
    });
    stream.on("end", () => {
      this.#isOpen = false;
      this.#changed();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Commands must not overlap. After one that takes longer than `seconds` the shell is closed. */
  async run(argv: readonly string[], stdin = "", seconds: number): Promise<ExecResult> {
    return await within(commandInWords(argv), { totalSeconds: seconds }, async ({ signal }) => {
      signal.addEventListener("abort", () => {
        this.close();
      });
      return await this.#run(argv, stdin);
    });
  }

  async #run(argv: readonly string[], stdin: string): Promise<ExecResult> {
    this.#said = { stdout: new Said(), stderr: new Said() };
    this.#stream.write(
      [
        `${argv.map(quote).join(" ")} <<'${this.#mark}'`,
        `${stdin}${this.#mark}`,
        `printf '\\n%s %s\\n' ${this.#mark} $?; printf '\\n%s\\n' ${this.#mark} >&2`,
        "",
      ].join("\n"),
    );
    for (;;) {
      const result = this.#result();
      if (result !== undefined) return result;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  close(): void {
    this.#isOpen = false;
    this.#stream.end();
    this.#stream.destroy();
  }

  /** What the command left behind, as soon as it has ended. */
  #result(): ExecResult | undefined {
    const { stdout, stderr } = this.#said;
    const [end, code] = new RegExp(`\\n${this.#mark} (\\d+)\\n$`).exec(stdout.end) ?? [];
    const complainedAll = `\n${this.#mark}\n`;
    if (end !== undefined && stderr.end.endsWith(complainedAll)) {
      return { exitCode: Number(code), stdout: stdout.without(end), stderr: stderr.without(complainedAll) };
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOpen) return undefined;
    // As of a command whose container stopped under it.
    return { exitCode: -1, stdout: stdout.without(end ?? ""), stderr: stderr.without("") };
  }
}

/** What came by one channel: each piece is looked at once, however much there is. */
class Said {
  readonly #pieces: string[] = [];
  /** The last of it, in which a mark would be. */
  end = "";

  add(piece: string): void {
    this.#pieces.push(piece);
    this.end = (this.end + piece).slice(-endCharacters);
  }

  without(end: string): string {
    const whole = this.#pieces.join("");
    return whole.slice(0, whole.length - end.length);
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
