import { WebSocket, type RawData } from "ws";

/** A browser without pages: it keeps cookies and sends a user agent. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #baseUrl: string;
  readonly #userAgent: string;

  constructor(baseUrl: string, userAgent = "webnet-test-browser") {
    this.#baseUrl = baseUrl;
    this.#userAgent = userAgent;
  }

  /** Sends a request like a script of the page. Doesn't follow redirects. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return await this.#send(path, { headers });
  }

  /** Requests a page, like a user who types its address. */
  async open(path: string): Promise<Response> {
    return await this.get(path, { accept: "text/html", "sec-fetch-site": "none" });
  }

  /** Submits the form of the look page. */
  async look(token: string, release: string): Promise<Response> {
    const body = new URLSearchParams({ token, release });
    return await this.#send("/.webnet/look/enter", { method: "POST", body });
  }

  /** Opens a websocket, sends one message and returns the answer. */
  async echo(path: string): Promise<string> {
    const url = new URL(path, this.#baseUrl);
    url.protocol = "ws:";
    const socket = new WebSocket(url, { headers: this.#headers(), handshakeTimeout: 10_000 });
    try {
      return await new Promise((resolve, reject) => {
        socket.once("error", reject);
        socket.once("open", () => {
          socket.send("hello");
        });
        socket.once("message", (data: RawData) => {
          resolve(Buffer.isBuffer(data) ? data.toString("utf8") : "");
        });
      });
    } finally {
      socket.close();
    }
  }

  async #send(
    path: string,
    how: Omit<RequestInit, "headers"> & { headers?: Record<string, string> },
  ): Promise<Response> {
    const answer = await fetch(new URL(path, this.#baseUrl), {
      ...how,
      headers: { ...this.#headers(), ...how.headers },
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0(?:;|$)/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  #headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { "user-agent": this.#userAgent, ...(cookie !== "" && { cookie }) };
  }
}

/** The releases that answer a browser: the version of the page, and `color version` of the backend on each path. */
export interface Seen {
  page: string;
  api: string;
  events: string;
  socket: string;
}

/** Requests everything that a page uses. */
export async function seenBy(browser: Browser): Promise<Seen> {
  const page = await (await browser.open("/")).text();
  return {
    page: /name="webnet-version" content="([^"]*)"/.exec(page)?.[1] ?? "",
    api: identity(await (await browser.get("/api/version")).text()),
    events: identity(await firstEvent(browser)),
    socket: identity(await browser.echo("/api/socket")),
  };
}

async function firstEvent(browser: Browser): Promise<string> {
  const answer = await browser.get("/api/events", { accept: "text/event-stream" });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) throw new Error("the events ended before one came");
    text += part.value;
    const data = /^data: (.*"color".*)$/m.exec(text)?.[1];
    if (data === undefined) continue;
    await reader?.cancel();
    return data;
  }
}

function identity(json: string): string {
  const { color, version } = JSON.parse(json) as { color: string; version: string };
  return `${color} ${version}`;
}
