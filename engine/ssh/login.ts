import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { withLock } from "../../host/lock.ts";
import { stopArguments, loginArguments } from "./arguments.ts";
import { SshFailure } from "./failure.ts";

/** A login that nobody uses ends after so many seconds: longer than any step of an update goes without the engine. */
const idleSeconds = 600;
/** Until it is given up: more than the time to connect and to show a key. */
const longestSeconds = 60;
/** Bytes that the kernel allows for the path of a socket. */
const socketPathBytes = 107;
/** What ssh adds to the socket's name while it makes it. */
const temporaryBytes = 17;
const writableByOthers = 0o022;
/** Where ssh reached the host, and could not lay its socket. */
const aboutSocket = /mux|unix_listener|ControlPath|ControlSocket/;

/** Where logins are shared: in the user's own folder for ssh, which is theirs alone, by names of our own. */
export const sharedFolder = join(userInfo().homedir, ".ssh");

/**
 * A login to an engine's host that several connections and processes share, by OpenSSH's `ControlMaster`. It starts when
 * somebody needs it and ends some minutes after the last one did.
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

  /** Options of an ssh that uses this login and makes none of its own. */
  get sessionOptions(): string[] {
    return ["-o", `ControlPath=${this.socket}`, "-o", "ControlMaster=no", "-o", "ProxyCommand=false"];
  }

  /**
   * Options of an ssh that uses this login, or starts it. The same on every machine, so that they can stand in a state.
   */
  get portableOptions(): string[] {
    const persist = ["-o", "ControlMaster=auto", "-o", `ControlPersist=${idleSeconds}`];
    return ["-o", `ControlPath=~/.ssh/${this.#name}`, ...persist];
  }

  /** Whether such a socket may lie there: in a folder that is ours alone, under a name that isn't too long. */
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

  /** Does something that needs the login; tells where that isn't there, or takes no further session. */
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
   * Logs in, unless somebody has done it meanwhile: of two that log in at once, one would stay for ever.
   *
   * @returns whether it is shared: not every file system takes its socket.
   * @throws SshFailure
   */
  async start(isThere: () => Promise<boolean>): Promise<boolean> {
    const work = async (): Promise<boolean> => (await isThere()) || (await this.#logIn());
    this.#starting ??= withLock(this.#name, work, () => undefined, this.#folder).finally(() => {
      this.#starting = undefined;
    });
    return await this.#starting;
  }

  async #logIn(): Promise<boolean> {
    // One that doesn't answer would be in the way; what runs over it may go on.
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
  const ssh = spawn("ssh", args, { stdio: ["ignore", "ignore", "pipe"], signal });
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
    // Not its streams' end: what goes to the background keeps them open in older versions.
    ssh.once("exit", (code) => {
      if (code === 0) resolve();
    });
    ssh.once("close", (code) => {
      reject(new SshFailure(address, said.trim() || `ssh ended with exit code ${code ?? "none"}`));
    });
  });
  ssh.stderr.destroy();
}
