import { Duplex } from "node:stream";
import type { SshSession } from "./session.ts";

/** The connection that an HTTP agent needs at once, before its session is open. Until then, written data waits. */
export class SshConnection extends Duplex {
  readonly #open: () => Promise<SshSession>;
  #session: SshSession | undefined;

  constructor(open: () => Promise<SshSession>) {
    super();
    this.#open = open;
  }

  override _construct(done: (error?: Error | null) => void): void {
    this.#open().then(
      (session) => {
        this.#join(session);
        done();
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  override _read(): void {
    this.#session?.stdout.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
    this.#session?.stdin.write(chunk, encoding, () => {
      done();
    });
  }

  override _final(done: () => void): void {
    this.#session?.stdin.end(() => {
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#session?.kill();
    done(error);
  }

  /** For a connection that waits for the next request: this process may end meanwhile. */
  unref(): void {
    this.#session?.unref();
  }

  ref(): void {
    this.#session?.ref();
  }

  #join(session: SshSession): void {
    this.#session = session;
    session.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) session.stdout.pause();
    });
    void session.ended.then((failure) => {
      if (failure === undefined) this.push(null);
      else this.destroy(failure);
    });
  }
}
