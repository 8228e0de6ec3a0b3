import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { within } from "./bound.ts";
import { commandInWords, execSeconds, startExec, type Exec, type ExecResult } from "./exec.ts";
import { Frames } from "./frames.ts";

/**
 * Runs several commands in a container, one after the other, in one shell. An exec for each command would cost the
 * engine's host as much processor time as dozens of requests, and clients would wait for it.
 *
 * @param longestSeconds more than all commands together can take; each also has its own time limit. The shell ends
 *   itself after this time, because a killed engine with live-restore leaves it behind in the container.
 * @param use gets the function that runs a command. The standard input of a command must be whole lines.
 */
export async function inShell<T>(
  container: Docker.Container,
  longestSeconds: number,
  use: (exec: Exec) => Promise<T>,
): Promise<T> {
  let shell: Shell | undefined;
  const exec: Exec = async (argv, stdin, seconds = execSeconds) => {
    // A broken connection does not mean that the container is down: the next command gets a new shell.
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
      return await startExec(exec, true, signal);
    },
  );
}

/** Longer than a mark and an exit code. */
const endCharacters = 64;

class Shell {
  readonly #stream: Duplex;
  /** Marks the end of a command's input and output. It is random, so that no output contains it by chance. */
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

  /** Commands must not overlap. If one takes longer than `seconds`, the shell is closed. */
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

  /** The command's result; undefined while it runs. */
  #result(): ExecResult | undefined {
    const { stdout, stderr } = this.#said;
    const [end, code] = new RegExp(`\\n${this.#mark} (\\d+)\\n$`).exec(stdout.end) ?? [];
    const complainedAll = `\n${this.#mark}\n`;
    if (end !== undefined && stderr.end.endsWith(complainedAll)) {
      return { exitCode: Number(code), stdout: stdout.without(end), stderr: stderr.without(complainedAll) };
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOpen) return undefined;
    // As an exec reports a command whose container stopped meanwhile.
    return { exitCode: -1, stdout: stdout.without(end ?? ""), stderr: stderr.without("") };
  }
}

/** The output of one channel. It keeps the pieces apart, so that a long output is not searched again at each piece. */
class Said {
  readonly #pieces: string[] = [];
  /** The last characters, where the mark would be. */
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
