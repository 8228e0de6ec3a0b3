import {
  connect,
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { http2Socket } from "./connection.ts";
import { reasonOf, type Answer, type Target } from "./request.ts";

const sendings = 3;

/**
 * One HTTP/2 connection with prior knowledge; opens a new one when the old has ended. Repeats only streams that the
 * server refused or reported as unprocessed in its GOAWAY. The protocol allows this for any method.
 */
export class Http2Connection {
  readonly #target: Omit<Target, "agent">;
  #session: ClientHttp2Session | undefined;

  constructor(target: Omit<Target, "agent">) {
    this.#target = target;
  }

  /**
   * Makes one request in parallel to the running ones.
   * @throws Error with a short reason when there is no complete answer.
   */
  async send(method: "GET" | "POST", path: string, body?: string): Promise<Answer> {
    for (let sending = 1; ; sending += 1) {
      const session = this.#open();
      const answer = await this.#sendOnce(session, method, path, body);
      if (answer !== "refused") return answer;
      if (sending === sendings) throw new Error(`refused ${sendings} times`);
      // A session that is about to end would refuse the stream again. It ends once its running streams have ended.
      if (this.#session === session) this.#session = undefined;
      session.close();
    }
  }

  /** Closes the connection after the running streams have ended. */
  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined || session.destroyed) return;
    await new Promise<void>((resolve) => {
      session.once("close", resolve);
      session.close();
    });
  }

  #open(): ClientHttp2Session {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      const session = connect(this.#target.baseUrl.origin, {
        createConnection: () => http2Socket(this.#target),
      });
      // Each stream reports its own error.
      session.on("error", () => undefined);
      this.#session = session;
    }
    return this.#session;
  }

  #sendOnce(
    session: ClientHttp2Session,
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<Answer | "refused"> {
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ":method": method,
        ":path": path,
        ...(this.#target.host !== undefined && { ":authority": this.#target.host }),
        ...(body !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        }),
      });
      const chunks: Buffer[] = [];
      let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
      let failure: Error | undefined;
      const timer = setTimeout(() => {
        failure = new Error("timeout");
        stream.close(constants.NGHTTP2_CANCEL);
      }, this.#target.timeoutSeconds * 1000);
      stream.on("response", (received) => {
        headers = received;
      });
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", (error) => {
        failure ??= error;
      });
      let whole = false;
      stream.on("end", () => {
        whole = true;
      });
      stream.on("close", () => {
        clearTimeout(timer);
        const status = headers[":status"];
        if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) resolve("refused");
        else if (failure !== undefined) reject(new Error(reasonOf(failure)));
        else if (status === undefined || !whole || stream.rstCode !== constants.NGHTTP2_NO_ERROR) {
          reject(new Error(status === undefined ? `stream ended by ${stream.rstCode}` : "short body"));
        } else {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status, contentType: headers["content-type"] ?? "", body: text });
        }
      });
      stream.end(body);
    });
  }
}
