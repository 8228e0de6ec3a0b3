import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { withLock } from "../../host/lock.ts";
import { catchesSignals } from "../../host/interruption.ts";
import { stopArguments, loginArguments } from "./arguments.ts";
import { whenEnded } from "./ending.ts";
import { SshFailure } from "./failure.ts";

/** An unused login ends after so many seconds. No step of an update goes that long without the engine. */
const idleSeconds = 600;
/** Time limit for a login: more than it takes to connect and to present a key. */
const longestSeconds = 60;
/** Bytes that the kernel allows for the path of a socket. */
const socketPathBytes = 107;
/** Bytes that ssh adds to the socket's name while it creates the socket. */
const temporaryBytes = 17;
const writableByOthers = 0o022;
/** ssh reached the host, but could not create its socket. */
const aboutSocket = /mux|unix_listener|ControlPath|ControlSocket/;

/** The folder for the sockets of shared logins: the user's own `~/.ssh`. Our sockets there are named `webnet-…`. */
export const sharedFolder = join(userInfo().homedir, ".ssh");

/**
 * A login to an engine's host that several connections and processes share, by OpenSSH's `ControlMaster`. The first use
 * starts it. It ends ten minutes after its last session.
 */
export class SharedLogin {
  readonly #address: string;
  readonly #folder: string;
  readonly #name: string;
  #starting: Promise<boolean> | undefined;

  /** @param number tells several logins to the same address apart */
  constructor(address: string, number: number, folder = sharedFolder) {
    const key = createHash("sha256").update(address).digest("hex").slice(0, 12);
    this.#address = address;
    this.#folder = folder;
    this.#name = `webnet-${key}-${number}`;
  }

  /** The path of its socket. */
  get socket(): string {
    return join(this.#folder, this.#name);
  }

  /** Options of an ssh that uses this login and never makes one of its own. */
  get sessionOptions(): string[] {
    return ["-o", `ControlPath=${this.socket}`, "-o", "ControlMaster=no", "-o", "ProxyCommand=false"];
  }

  /**
   * Options of an ssh that uses this login, or starts it. They are the same on every machine, to be kept in the state.
   */
  get portableOptions(): string[] {
    const persist = ["-o", "ControlMaster=auto", "-o", `ControlPersist=${idleSeconds}`];
    return ["-o", `ControlPath=~/.ssh/${this.#name}`, ...persist];
  }

  /** True if the folder is ours and only we can write to it, and the socket's path is not too long for the kernel. */
  canBeShared(): boolean {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const { uid, mode } = lstatSync(this.#folder);
      const fits = Buffer.byteLength(this.socket) + temporaryBytes <= socketPathBytes;
      return fits && uid === process.getuid?.() && (mode & writableByOthers) === 0;
    } catch {
      return false;
    }
  }

  /** Runs work that needs the login. Returns `gone` if the login does not work, `full` if it has no free session. */
  async use<T>(work: () => Promise<T>): Promise<T | "full" | "gone"> {
    if (!existsSync(this.socket)) return "gone";
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SshFailure) || error.kind === "final") throw error;
      return error.kind === "full" ? "full" : "gone";
    }
  }

  /**
   * Logs in, unless another process has done so meanwhile. A lock guards this: of two logins made at once, one would
   * stay for ever.
   *
   * @returns false if the login can't be shared: not every file system supports its socket.
   * @throws SshFailure if the login fails for another reason
   */
  async start(isThere: () => Promise<boolean>): Promise<boolean> {
    const work = async (): Promise<boolean> => (await isThere()) || (await this.#logIn());
    this.#starting ??= withLock(this.#name, work, () => undefined, this.#folder).finally(() => {
      this.#starting = undefined;
    });
    return await this.#starting;
  }

  async #logIn(): Promise<boolean> {
    // A login that does not answer would be in the way. The sessions over it may go on.
    if (existsSync(this.socket)) {
      const stop = stopArguments(this.#address, this.sessionOptions);
      await runSsh(this.#address, stop).catch(() => undefined);
    }
    const options = ["-o", `ControlPath=${this.socket}`, "-o", "ControlMaster=yes"];
    options.push("-o", `ControlPersist=${idleSeconds}`);
    try {
      await runSsh(this.#address, loginArguments(this.#address, options));
      return true;
    } catch (error) {
      if (error instanceof SshFailure && aboutSocket.test(error.said)) return false;
      throw error;
    }
  }
}

async function runSsh(address: string, args: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(longestSeconds * 1000);
  const ssh = spawn("ssh", args, {
    stdio: ["ignore", "ignore", "pipe"],
    signal,
    detached: catchesSignals(),
  });
  let said = "";
  ssh.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await new Promise<void>((resolve, reject) => {
    ssh.once("error", (error) => {
      const what = signal.aborted
        ? `no login within ${longestSeconds} s`
        : `ssh didn't start: ${error.message}`;
      reject(new SshFailure(address, what));
    });
    // After a success there are no last words to wait for.
    ssh.once("exit", (code) => {
      if (code === 0) resolve();
    });
    whenEnded(ssh, (code) => {
      reject(new SshFailure(address, said.trim() || `ssh ended with exit code ${code ?? "none"}`));
    });
  }).finally(() => {
    ssh.stderr.destroy();
  });
}
