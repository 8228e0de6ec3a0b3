import { WebSocket, type RawData } from "ws";
import { trust } from "./connection.ts";
import { identityOf } from "./answers.ts";
import type { TrafficKinds } from "./options.ts";
import { atRate, pause, record, type Outcome, type Run } from "./run.ts";
import { dropped, watchEnd, type StreamEnd } from "./stream-end.ts";

const goingAway = 1001;
const millisecondsAfterFailure = 100;

/**
 * Keeps websockets open and sends messages. Each message must come back, from the release of the first echo. A backend
 * may end a websocket with close code 1001; the client then opens another.
 */
export function socket(run: Run, settings: NonNullable<TrafficKinds["socket"]>): Promise<void>[] {
  const { connections, perSecond } = settings;
  return Array.from({ length: connections }, async () => {
    let connection: Connection | undefined;
    const lives: Promise<boolean>[] = [];
    await atRate(run, perSecond / connections, async () => {
      const well = await record(run, "socket", async () => {
        if (connection === undefined || connection.ended) {
          const opened = await Connection.open(run);
          connection = opened;
          lives.push(record(run, "openSocket", () => opened.life));
        }
        return connection.echo();
      });
      if (!well) await pause(run, millisecondsAfterFailure);
    });
    connection?.close();
    await Promise.all(lives);
  });
}

/** One websocket from its handshake to its end. */
class Connection {
  /** The outcome of the whole websocket. Settles at its end. */
  readonly life: Promise<Outcome>;
  ended = false;
  readonly #run: Run;
  readonly #start = performance.now();
  readonly #webSocket: WebSocket;
  #messages = 0;
  #answeredBy: string | undefined;
  #byClient = false;

  private constructor(run: Run, webSocket: WebSocket, closedProperly: () => boolean) {
    this.#run = run;
    this.#webSocket = webSocket;
    // The close event tells what went wrong.
    webSocket.on("error", () => undefined);
    this.life = new Promise((resolve, reject) => {
      webSocket.once("close", (code) => {
        this.ended = true;
        try {
          resolve({ answeredBy: this.#answeredBy, ended: this.#endBy(code, closedProperly()) });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  static async open(run: Run): Promise<Connection> {
    const url = new URL("/api/socket", run.target.baseUrl);
    url.protocol = url.protocol.replace("http", "ws");
    const webSocket = new WebSocket(url, {
      handshakeTimeout: run.target.timeoutSeconds * 1000,
      headers: run.target.host === undefined ? {} : { host: run.target.host },
      perMessageDeflate: false,
      ...trust(run.target),
    });
    let closedProperly = () => false;
    webSocket.once("upgrade", (response) => {
      closedProperly = watchEnd(response.socket);
    });
    await new Promise<void>((resolve, reject) => {
      webSocket.once("open", resolve);
      webSocket.once("error", reject);
    });
    return new Connection(run, webSocket, () => closedProperly());
  }

  close(): void {
    this.#byClient = true;
    this.#webSocket.close();
  }

  /**
   * Sends one message and waits until it comes back.
   * @throws Error when it doesn't come back, or comes from another release.
   */
  echo(): Promise<Outcome> {
    this.#messages += 1;
    const sent = JSON.stringify({ message: this.#messages });
    return new Promise((resolve, reject) => {
      const settle = (work: () => Outcome) => {
        clearTimeout(timer);
        this.#webSocket.off("message", onMessage);
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const timer = setTimeout(() => {
        settle(() => {
          throw new Error("timeout");
        });
      }, this.#run.target.timeoutSeconds * 1000);
      const onMessage = (data: RawData) => {
        settle(() => ({ answeredBy: this.#check(sent, data) }));
      };
      this.#webSocket.on("message", onMessage);
      // A message may cross the other side's proper close. That is no failure: a client connects again and repeats it.
      this.life.then(
        () => {
          settle(() => ({}));
        },
        (error: unknown) => {
          settle(() => {
            throw error;
          });
        },
      );
      this.#webSocket.send(sent);
    });
  }

  #check(sent: string, data: RawData): string | undefined {
    const text = Buffer.isBuffer(data) ? data.toString("utf8") : "";
    const answeredBy = identityOf(text);
    const { echo } = JSON.parse(text) as { echo?: unknown };
    if (echo !== sent) throw new Error("another message came back");
    this.#answeredBy ??= answeredBy;
    if (answeredBy !== this.#answeredBy) throw new Error("websocket changed its release");
    return answeredBy;
  }

  #endBy(code: number, closedProperly: boolean): StreamEnd {
    if (this.#byClient) return "client";
    if (code === goingAway) return "farewell";
    if (closedProperly) return dropped(this.#run, this.#start);
    throw new Error(`websocket closed ${code}`);
  }
}
