import { spawn, type ChildProcessByStdio } from "node:child_process";
import { Agent } from "node:http";
import { Duplex, type Readable, type Writable } from "node:stream";

const connectSeconds = 30;
/** Joins its input and output to the engine's socket on the other host. */
const dialStdio = ["docker", "system", "dial-stdio"];

/**
 * Reaches an engine by the `ssh` program, as the docker command and Pulumi's provider do: with the user's own
 * `~/.ssh/config`, keys and known hosts. An unknown host key is refused.
 *
 * @param address `ssh://[user@]host[:port]`, where the host may be an alias of the configuration
 */
export function sshAgent(address: string): Agent {
  const agent = new Agent();
  agent.createConnection = () => new SshConnection(sshArguments(address), address);
  return agent;
}

/** The arguments of `ssh` that reach the engine at an address. */
export function sshArguments(address: string): string[] {
  const { username, hostname, port } = new URL(address);
  return [
    "-T",
    // It can't ask here: nobody would see it.
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${connectSeconds}`],
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    "--",
    hostname.replaceAll(/[[\]]/g, ""),
    ...dialStdio,
  ];
}

/** What goes in and out of one `ssh`. It ends with an error that has that program's own words. */
class SshConnection extends Duplex {
  readonly #ssh: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(args: string[], address: string) {
    super();
    this.#ssh = spawn("ssh", args, { stdio: "pipe" });
    const { stdin, stdout, stderr } = this.#ssh;
    let said = "";
    stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    // Why nothing more can be written is told by the program's exit.
    stdin.on("error", () => undefined);
    this.#ssh.on("error", (error) => {
      this.destroy(
        new Error(`the engine at ${address} can't be reached, ssh didn't start: ${error.message}`),
      );
    });
    this.#ssh.on("close", (code) => {
      if (code === 0) this.push(null);
      else this.destroy(new Error(`the engine at ${address} can't be reached: ${why(said, code)}`));
    });
  }

  override _read(): void {
    this.#ssh.stdout.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
    this.#ssh.stdin.write(chunk, encoding, () => {
      done();
    });
  }

  override _final(done: () => void): void {
    this.#ssh.stdin.end(() => {
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ssh.kill();
    done(error);
  }
}

function why(said: string, code: number | null): string {
  return said.trim() || `ssh ended with exit code ${code ?? "none"}`;
}
