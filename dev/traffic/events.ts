import type { IncomingMessage } from "node:http";
import { agentTo, requestTo } from "./connection.ts";
import { identityOf } from "./answers.ts";
import type { TrafficKinds } from "./options.ts";
import { reasonOf } from "./request.ts";
import { pause, record, type Outcome, type Run } from "./run.ts";
import { dropped, watchEnd, type StreamEnd } from "./stream-end.ts";

const millisecondsAfterFailure = 100;

/**
 * Reads server-sent events. Each stream must stay at one release, and no tick may be lost or come twice. A stream ends
 * after its time, or by the backend's `close` event.
 */
export function events(run: Run, settings: NonNullable<TrafficKinds["events"]>): Promise<void>[] {
  return Array.from({ length: settings.connections }, async () => {
    do {
      await record(run, "events", () => readEvents(run, settings.seconds));
    } while (await pause(run, millisecondsAfterFailure));
  });
}

/** Checks the ticks of one stream as they arrive. */
export class Ticks {
  #rest = "";
  #count = 0;
  #identity: string | undefined;
  #farewell = false;

  /** True after the `close` event. */
  get farewell(): boolean {
    return this.#farewell;
  }

  /** True if no event is incomplete. */
  get whole(): boolean {
    return this.#rest === "";
  }

  /** `color version` of the stream's release. Undefined before the first tick. */
  get answeredBy(): string | undefined {
    return this.#identity === undefined ? undefined : identityOf(this.#identity);
  }

  /**
   * Takes the next piece of the stream.
   * @throws Error when a tick is lost, comes twice, or comes from another release than the first tick.
   */
  take(chunk: string): void {
    const blocks = (this.#rest + chunk).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? "{}";
      if (/^event: close$/m.test(block)) this.#farewell = true;
      else this.#tick(JSON.parse(data) as { count?: unknown });
    }
  }

  #tick({ count, ...identity }: { count?: unknown }): void {
    this.#count += 1;
    if (count !== this.#count) throw new Error(`tick ${String(count)} came as number ${this.#count}`);
    const text = JSON.stringify(identity);
    this.#identity ??= text;
    if (this.#identity !== text) throw new Error("stream changed its release");
  }
}

function readEvents(run: Run, seconds: number): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      accept: "text/event-stream",
      ...(run.target.host !== undefined && { host: run.target.host }),
    };
    const agent = agentTo(run.target, { keepAlive: false });
    const outgoing = requestTo(run.target, "/api/events", { headers, agent });
    const ticks = new Ticks();
    let isToEnd = false;
    const settle = (work: () => StreamEnd) => {
      clearTimeout(timer);
      clearTimeout(patience);
      run.signal.removeEventListener("abort", enough);
      try {
        const ended = work();
        if (ticks.answeredBy === undefined && ended !== "farewell") throw new Error("no event");
        resolve({ answeredBy: ticks.answeredBy, ended });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(reasonOf(error)));
      }
      outgoing.destroy();
    };
    // A stream without a tick proves nothing: the reader waits for a tick as long as for an answer.
    const enough = () => {
      isToEnd = true;
      if (ticks.answeredBy !== undefined) settle(() => "client");
    };
    const timer = setTimeout(enough, seconds * 1000);
    const patience = setTimeout(
      () => {
        settle(() => "client");
      },
      (seconds + run.target.timeoutSeconds) * 1000,
    );
    run.signal.addEventListener("abort", enough);
    const fail = (error: Error) => {
      settle(() => {
        throw error;
      });
    };
    outgoing.on("error", fail);
    outgoing.on("response", (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        fail(new Error(`HTTP ${response.statusCode ?? 0}`));
        return;
      }
      const closedProperly = watchEnd(response.socket);
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        try {
          ticks.take(chunk);
          if (isToEnd) enough();
        } catch (error) {
          fail(error instanceof Error ? error : new Error(reasonOf(error)));
        }
      });
      const end = (): StreamEnd => {
        if (ticks.farewell) return "farewell";
        if (!ticks.whole) throw new Error("torn event");
        return dropped(run, start);
      };
      response.on("end", () => {
        settle(end);
      });
      response.on("error", (error) => {
        settle(() => {
          if (!closedProperly()) throw error;
          return end();
        });
      });
    });
    outgoing.end();
  });
}
