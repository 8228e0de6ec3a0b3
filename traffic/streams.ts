import { Agent, request, type IncomingMessage } from "node:http";
import { WebSocket, type RawData } from "ws";
import { identityOf } from "./answers.ts";
import type { TrafficKinds } from "./options.ts";
import { atRate, pause, record, type Outcome, type Run } from "./run.ts";

const goingAway = 1001;
const millisecondsAfterFailure = 100;

/** Reads server-sent events; a stream has failed unless it lasts its time or ends with the backend's `close` event. */
export function events(run: Run, settings: NonNullable<TrafficKinds["events"]>): Promise<void>[] {
  return Array.from({ length: settings.connections }, async () => {
    do {
      await record(run, "events", () => readEvents(run, settings.seconds));
    } while (await pause(run, millisecondsAfterFailure));
  });
}

function readEvents(run: Run, seconds: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const headers = run.target.host === undefined ? {} : { host: run.target.host };
    const agent = new Agent({ keepAlive: false });
    const outgoing = request(new URL("/api/events", run.target.baseUrl), { headers, agent });
    let text = "";
    const finish = () => {
      stopTimer();
      const data = /^data: (.*"color".*)$/m.exec(text)?.[1];
      outgoing.destroy();
      if (data === undefined) reject(new Error("no event"));
      else resolve({ answeredBy: identityOf(data) });
    };
    const fail = (error: Error) => {
      stopTimer();
      outgoing.destroy();
      reject(error);
    };
    const timer = setTimeout(finish, seconds * 1000);
    const stopTimer = () => {
      clearTimeout(timer);
      run.signal.removeEventListener("abort", finish);
    };
    run.signal.addEventListener("abort", finish);
    outgoing.on("error", fail);
    outgoing.on("response", (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        fail(new Error(`HTTP ${response.statusCode ?? 0}`));
        return;
      }
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", fail);
      response.on("end", () => {
        if (text.includes("event: close\n")) finish();
        else fail(new Error("stream ended early"));
      });
    });
    outgoing.end();
  });
}

/** Keeps websockets open and sends messages; each must come back. A backend may end one by close code 1001. */
export function socket(run: Run, settings: NonNullable<TrafficKinds["socket"]>): Promise<void>[] {
  const { connections, perSecond } = settings;
  return Array.from({ length: connections }, async () => {
    let connection: Connection | undefined;
    await atRate(run, perSecond / connections, async () => {
      const well = await record(run, "socket", async () => {
        if (connection === undefined || connection.ended !== undefined) {
          const lost = connection?.ended !== undefined && connection.ended !== goingAway;
          const code = connection?.ended;
          connection = undefined;
          if (lost) throw new Error(`websocket closed ${code ?? ""}`);
          connection = await connect(run);
        }
        return connection.echo();
      });
      if (!well) await pause(run, millisecondsAfterFailure);
    });
    connection?.close();
  });
}

interface Connection {
  /** The close code, once it is closed. */
  readonly ended: number | undefined;
  echo(): Promise<Outcome>;
  close(): void;
}

async function connect(run: Run): Promise<Connection> {
  const url = new URL("/api/socket", run.target.baseUrl);
  url.protocol = "ws:";
  const handshakeTimeout = run.target.timeoutSeconds * 1000;
  const headers = run.target.host === undefined ? {} : { host: run.target.host };
  const webSocket = new WebSocket(url, { handshakeTimeout, headers, perMessageDeflate: false });
  let ended: number | undefined;
  webSocket.on("close", (code) => {
    ended = code;
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once("open", resolve);
    webSocket.once("error", reject);
  });
  webSocket.on("error", () => undefined);
  return {
    get ended() {
      return ended;
    },
    echo: () => echo(webSocket, run.target.timeoutSeconds),
    close: () => {
      webSocket.close();
    },
  };
}

function echo(webSocket: WebSocket, timeoutSeconds: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      settle(new Error("timeout"));
    }, timeoutSeconds * 1000);
    const settle = (error: Error | undefined, outcome: Outcome = {}) => {
      clearTimeout(timer);
      webSocket.off("message", onMessage);
      webSocket.off("close", onClose);
      if (error === undefined) resolve(outcome);
      else reject(error);
    };
    const onMessage = (data: RawData) => {
      try {
        settle(undefined, {
          answeredBy: Buffer.isBuffer(data) ? identityOf(data.toString("utf8")) : undefined,
        });
      } catch (error) {
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    };
    // A message that crossed the backend's proper close wasn't broken off: a client connects anew and sends it again.
    const onClose = (code: number) => {
      settle(code === goingAway ? undefined : new Error(`websocket closed ${code}`));
    };
    webSocket.on("message", onMessage);
    webSocket.on("close", onClose);
    webSocket.send(JSON.stringify({ at: performance.now() }));
  });
}
