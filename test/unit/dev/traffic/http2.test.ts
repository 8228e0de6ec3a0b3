import assert from "node:assert/strict";
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { connect as connectRaw, createServer as createRawServer, type AddressInfo } from "node:net";
import { Http2Connection } from "../../../../dev/traffic/http2-connection.ts";

// A frame: length, type, flags, stream. A GOAWAY adds the last processed stream (none) and the error code (none).
const settingsFrame = Buffer.from("000000" + "04" + "00" + "00000000", "hex");
const goawayOfNothing = Buffer.from("000008" + "07" + "00" + "00000000" + "00000000" + "00000000", "hex");

const refused = 7;
const internal = 2;

describe("traffic by HTTP/2", () => {
  let server: Http2Server;
  let connection: Http2Connection;
  let asked: string[];

  async function serve(answer: (stream: ServerHttp2Stream, number: number) => void): Promise<void> {
    asked = [];
    server = createServer();
    server.on("stream", (stream, headers) => {
      asked.push(`${headers[":method"] ?? ""} ${headers[":path"] ?? ""}`);
      stream.on("error", () => undefined);
      answer(stream, asked.length);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const baseUrl = new URL(`http://127.0.0.1:${port}`);
    connection = new Http2Connection({ baseUrl, host: undefined, timeoutSeconds: 0.5 });
  }

  const well = (stream: ServerHttp2Stream) => {
    stream.respond({ ":status": 200, "content-type": "application/json" });
    stream.end("{}");
  };

  afterEach(async () => {
    await connection.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("sends a refused stream again, a POST too", async () => {
    await serve((stream, number) => {
      if (number === 1) stream.close(refused);
      else well(stream);
    });
    assert.deepEqual(await connection.send("POST", "/rows", "{}"), {
      status: 200,
      contentType: "application/json",
      body: "{}",
    });
    assert.deepEqual(asked, ["POST /rows", "POST /rows"]);
  });

  it("sends a refused stream again on another connection, and lets the first one's streams end", async () => {
    const sessions = new Set<unknown>();
    let finish: () => void = () => undefined;
    await serve((stream, number) => {
      sessions.add(stream.session);
      if (number === 1)
        finish = () => {
          well(stream);
        };
      else if (sessions.size === 1) stream.close(refused);
      else well(stream);
    });
    const first = connection.send("GET", "/first");
    assert.equal((await connection.send("GET", "/second")).status, 200);
    assert.equal(sessions.size, 2);
    finish();
    assert.equal((await first).status, 200);
  });

  it("sends again on a new connection what a GOAWAY says was not processed", async () => {
    await serve(well);
    let connections = 0;
    const front = createRawServer((socket) => {
      connections += 1;
      socket.on("error", () => undefined);
      if (connections > 1) {
        const behind = connectRaw((server.address() as AddressInfo).port, "127.0.0.1");
        socket.pipe(behind).pipe(socket);
        return;
      }
      socket.write(settingsFrame);
      setTimeout(() => socket.end(goawayOfNothing), 50);
      socket.resume();
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const baseUrl = new URL(`http://127.0.0.1:${(front.address() as AddressInfo).port}`);
    connection = new Http2Connection({ baseUrl, host: undefined, timeoutSeconds: 2 });
    assert.equal((await connection.send("POST", "/rows", "{}")).status, 200);
    assert.deepEqual([connections, asked], [2, ["POST /rows"]]);
    await connection.close();
    await new Promise((resolve) => front.close(resolve));
  });

  it("opens another connection after a GOAWAY", async () => {
    await serve((stream) => {
      well(stream);
      stream.session?.goaway(0);
    });
    assert.equal((await connection.send("GET", "/one")).status, 200);
    assert.equal((await connection.send("GET", "/two")).status, 200);
  });

  const failures: [string, RegExp, (stream: ServerHttp2Stream) => unknown][] = [
    [
      "ended by the server's fault",
      /./,
      (stream) => {
        stream.close(internal);
      },
    ],
    [
      "broken off in its answer",
      /./,
      (stream) => {
        stream.respond({ ":status": 200 });
        stream.write("half");
        setTimeout(() => stream.session?.destroy(), 20);
      },
    ],
    ["whose connection breaks", /./, (stream) => stream.session?.socket.destroy()],
    ["never answered", /^timeout$/, () => undefined],
  ];
  for (const [what, message, answer] of failures) {
    it(`sends nothing again that was ${what}`, async () => {
      await serve(answer);
      await assert.rejects(connection.send("GET", "/"), { message });
      assert.equal(asked.length, 1);
    });
  }
});
