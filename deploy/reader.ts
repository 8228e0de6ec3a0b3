import type Docker from "dockerode";
import { candidate, type OnChange } from "../contract/files.ts";
import { within } from "../engine/bound.ts";
import { orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import { execIn, execSeconds, type ExecResult } from "../engine/exec.ts";
import { logInWords } from "../engine/logs.ts";
import { messageOf } from "../host/message.ts";

const checkSeconds = 60;
/** A command that a signal has ended has an exit code above this. */
const killed = 128;
const signalSeconds = 30;
/** Seconds that the engine itself needs for a restart, besides the container's own time. */
const restartSeconds = 120;
/** The log's last lines may say why; more would hide the reason itself. */
const shownLogLines = 5;

/** The container refuses new files, and goes on with the former ones. */
export class Refused extends Error {
  constructor(name: string, why: string) {
    super(
      [
        `${name} does not take its new files, and goes on with those that it has:`,
        why.replaceAll(/^/gm, "  "),
        "Correct the settings that they are made of, or put the former ones back, and run pulumi up again.",
      ].join("\n"),
    );
  }
}

/** Who reads the files. */
export interface ReaderOptions {
  /** Name of the container. */
  name: string;
  volume: string;
  /** The directory of the files in the container. */
  directory: string;
  onChange: OnChange;
}

/** The running container that reads the files of a volume. */
export class Reader {
  readonly name: string;
  readonly #container: Docker.Container;
  readonly #started: string;
  readonly #options: ReaderOptions;

  private constructor(container: Docker.Container, started: string, options: ReaderOptions) {
    this.name = options.name;
    this.#container = container;
    this.#started = started;
    this.#options = options;
  }

  /**
   * Looks for the container. Undefined if it reads nothing of the volume yet: it isn't up, or it has another volume and
   * is about to be made anew.
   */
  static async of(docker: Docker, options: ReaderOptions): Promise<Reader | undefined> {
    const container = docker.getContainer(options.name);
    const inspected = await orMissing(container.inspect());
    if (!isUp(inspected)) return undefined;
    if (!inspected.Mounts.some(({ Name }) => Name === options.volume)) return undefined;
    return new Reader(container, inspected.State.StartedAt, options);
  }

  /**
   * Asks whether the container takes the files in a directory of the volume.
   *
   * @throws Refused if it doesn't; Error if it can't be asked. The files are not to appear in either case.
   */
  async check(staged: string): Promise<void> {
    const { directory, onChange } = this.#options;
    const argv = (onChange.check ?? []).map((word) => word.replaceAll(candidate, `${directory}/${staged}`));
    if (argv.length === 0) return;
    const unasked = (why: string, cause?: unknown): Error =>
      new Error(
        `${this.name} could not check its new files, which therefore were not shown to it: ${why}\n` +
          "Run pulumi up again.",
        { cause },
      );
    let result: ExecResult;
    try {
      result = await execIn(this.#container, argv, undefined, checkSeconds);
    } catch (error) {
      throw unasked(messageOf(error), error);
    }
    if (result.exitCode === 0) return;
    // A command that ends with its container says nothing of the files. Nor does one that was killed.
    if (result.exitCode < 0 || result.exitCode > killed || !(await this.#runsOn()))
      throw unasked(`the check or its container was ended, with exit code ${result.exitCode}`);
    throw new Refused(this.name, saidBy(result, "its check"));
  }

  async #runsOn(): Promise<boolean> {
    const inspected = await orMissing(this.#container.inspect());
    return isUp(inspected) && inspected.State.StartedAt === this.#started;
  }

  /**
   * Tells the container that its files have changed.
   *
   * @throws Error that says why it can't, or doesn't take them
   */
  async tell(): Promise<void> {
    const { tell } = this.#options.onChange;
    if (tell === undefined) return;
    if ("signal" in tell) {
      const { signal } = tell;
      await within(`${signal} to a container`, { totalSeconds: signalSeconds }, ({ signal: abortSignal }) =>
        this.#container.kill({ signal, abortSignal }),
      );
    } else if ("restart" in tell) {
      const { graceSeconds } = tell.restart;
      const bound = { totalSeconds: graceSeconds + restartSeconds };
      await within("restarting a container", bound, ({ signal: abortSignal }) =>
        this.#container.restart({ t: graceSeconds, abortSignal }),
      );
    } else if ("post" in tell)
      await this.#run(["wget", "-q", "-O", "/dev/null", "--post-data=", tell.post], execSeconds);
    else await this.#run(tell.command, tell.seconds ?? execSeconds);
  }

  async #run(argv: readonly string[], seconds: number): Promise<void> {
    const result = await execIn(this.#container, argv, undefined, seconds);
    if (result.exitCode === 0) return;
    const log = await logInWords(this.#container, shownLogLines);
    throw new Error([saidBy(result, "the command that tells it"), log].filter(Boolean).join("\n"));
  }
}

function saidBy({ exitCode, stdout, stderr }: ExecResult, what: string): string {
  return `${stdout}${stderr}`.trim() || `${what} ended with exit code ${exitCode}`;
}
