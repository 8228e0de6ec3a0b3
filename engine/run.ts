import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { within } from "./bound.ts";
import { confined } from "./confined.ts";
import { commandInWords } from "./exec.ts";
import { splitFrames } from "./frames.ts";
import { withTemporary } from "./temporary.ts";

/** Removing a release of many thousand files takes seconds, on a slow disk a minute. */
const runSeconds = 600;

/** A command in a container of its own failed. */
export class CommandFailed extends Error {
  /** Its error output, or its exit code if it printed none. */
  readonly said: string;

  constructor(argv: readonly string[], exitCode: number, stderr: string) {
    super(`\`${argv.join(" ")}\` ended with exit code ${exitCode}: ${stderr}`);
    this.said = stderr || `exit code ${exitCode}`;
  }
}

/** A volume, and the container that gives access to it. */
export interface VolumeTarget {
  image: string;
  volume: string;
  labels: Record<string, string>;
  /** True if the command must not change the volume. Default: false. */
  readOnly?: boolean;
}

/**
 * Runs a command to its end in a container of its own, as root, with a volume as its working directory and no network.
 * Its only capability is to read and write any file there (`DAC_OVERRIDE`). The container is removed afterwards.
 *
 * @returns what the command printed.
 * @throws CommandFailed if the command fails, with its error output only: its standard output may hold a secret. OutOfTime
 *   after ten minutes: the command is then ended
 */
export async function execInVolume(docker: Docker, target: VolumeTarget, argv: string[]): Promise<string> {
  const options = {
    Image: target.image,
    User: "0:0",
    WorkingDir: "/volume",
    Labels: target.labels,
    HostConfig: confined({
      CapAdd: ["DAC_OVERRIDE"],
      Mounts: [
        {
          Type: "volume" as const,
          Source: target.volume,
          Target: "/volume",
          ReadOnly: target.readOnly ?? false,
        },
      ],
    }),
  };
  return await execAlone(docker, options, argv, runSeconds);
}

/**
 * Runs a command to its end in a container of its own, which is removed afterwards.
 *
 * @param options the container, without its command
 * @param seconds the time limit of the command
 * @returns what the command printed.
 * @throws CommandFailed with the error output if the command fails. OutOfTime when the time is over: the command is then ended
 */
export async function execAlone(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  argv: string[],
  seconds: number,
): Promise<string> {
  const whole = { ...options, Entrypoint: argv.slice(0, 1), Cmd: argv.slice(1) };
  return await withTemporary(docker, whole, (container) =>
    within(commandInWords(argv), { totalSeconds: seconds }, async ({ signal }) => {
      const outputs = { stream: true, stdout: true, stderr: true } as const;
      const stream = await container.attach({ ...outputs, abortSignal: signal });
      signal.addEventListener("abort", () => {
        (stream as NodeJS.ReadWriteStream & { destroy: () => void }).destroy();
      });
      await container.start({ abortSignal: signal });
      const [raw, { StatusCode }] = await Promise.all([
        buffer(stream),
        container.wait({ abortSignal: signal }) as Promise<{ StatusCode: number }>,
      ]);
      const { both, stderr } = splitFrames(raw);
      if (StatusCode !== 0) throw new CommandFailed(argv, StatusCode, stderr.trim());
      return both;
    }),
  );
}
