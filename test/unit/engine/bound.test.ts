import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Duplex, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import tar from "tar-stream";
import { sendArchive } from "../../../engine/archive.ts";
import { OutOfTime, within } from "../../../engine/bound.ts";
import { connectEngine } from "../../../engine/client.ts";
import { copyDirectory } from "../../../engine/copy.ts";
import { execIn } from "../../../engine/exec.ts";
import { inShell } from "../../../engine/shell.ts";

const soon = { totalSeconds: 60, idleSeconds: 1 };
/** For copies that must arrive, also on a busy machine. */
const patient = { totalSeconds: 120, idleSeconds: 60 };
const renaming = { from: "/opt/dist", to: "blue-00000000", reserved: [], mtime: new Date(1_000_000_000_000) };
/** More than the connections can buffer. */
const fileBytes = 24_000_000;

describe("something with a bound in time", () => {
  it("gives what it came to", async () => {
    assert.equal(await within("it", { totalSeconds: 60, idleSeconds: 30 }, () => Promise.resolve(7)), 7);
  });

  it("ends though it heeds no signal, with one error that names it", async () => {
    const never = new Promise<never>(() => undefined);
    await assert.rejects(
      within("the waiting", { totalSeconds: 0.05 }, () => never),
      {
        message:
          "the waiting didn't end within 0.05 s. See whether the engine still answers, by docker info, and run this again.",
      },
    );
  });

  it("may take long while it moves, and ends when it doesn't", async () => {
    const moving = within("it", { totalSeconds: 5, idleSeconds: 0.2 }, async ({ progressed }) => {
      for (let step = 0; step < 6; step += 1) {
        await sleep(80);
        progressed();
      }
    });
    await moving;
    const still = within("it", { totalSeconds: 5, idleSeconds: 0.05 }, () => sleep(1000));
    await assert.rejects(still, /^Error: it stood still for 0.05 s\./);
  });

  it("ends in all, whatever moves", async () => {
    const moving = within("it", { totalSeconds: 0.2, idleSeconds: 0.1 }, async ({ progressed, signal }) => {
      while (!signal.aborted) {
        await sleep(10);
        progressed();
      }
    });
    await assert.rejects(moving, /it didn't end within 0.2 s/);
  });
});

describe("a copy over real connections", function () {
  this.timeout("2m");
  let engine: StallingEngine;
  afterEach(() => {
    engine.close();
  });

  const copy = (bound = patient) =>
    copyDirectory(
      engine.container("source"),
      { container: engine.container("target"), path: "/volume" },
      renaming,
      bound,
    );

  it("arrives", async () => {
    engine = await StallingEngine.start({});
    assert.equal(await copy(), 1);
    assert.ok(engine.received > fileBytes);
  });

  it("of one container into itself would wait for ever, and ends", async () => {
    engine = await StallingEngine.start({ locks: true });
    const itself = engine.container("source");
    const doomed = copyDirectory(itself, { container: itself, path: "/volume" }, renaming, soon);
    await assert.rejects(doomed, stoodStill);
    await engine.isLeft();
    assert.equal(await copy(), 1, "between two containers");
  });

  for (const stalls of ["reading", "writing", "answering"] as const) {
    it(`ends when the engine stops ${stalls}, and closes what is open`, async () => {
      engine = await StallingEngine.start({ stalls });
      await assert.rejects(copy(soon), stoodStill);
      await engine.isLeft();
    });
  }

  it("ends with the engine's own reason where it refuses what it is sent", async () => {
    engine = await StallingEngine.start({ refuses: "no space left on device" });
    await assert.rejects(copy(), /no space left on device|broke off while it was sent files/);
    await engine.isLeft();
  });

  it("ends with one error when the archive that is read breaks off", async () => {
    engine = await StallingEngine.start({ breaksOff: true });
    await assert.rejects(copy(), /aborted|end of data|terminated|socket hang up/i);
    await engine.isLeft();
  });

  it("is the same for any archive that is sent", async () => {
    engine = await StallingEngine.start({ stalls: "answering" });
    const sent = sendArchive(engine.container("target"), "/volume", Readable.from([Buffer.alloc(512)]), soon);
    await assert.rejects(sent, /^Error: the transfer into \/volume of a container stood still for 1 s/);
    await engine.isLeft();
  });
});

describe("a command in a container", () => {
  /** An exec whose output never ends. */
  const endless = () => {
    const streams: Duplex[] = [];
    const start = () => {
      const stream = new Duplex({
        read: () => undefined,
        write: (_chunk, _encoding, done) => {
          done();
        },
      });
      streams.push(stream);
      return Promise.resolve(stream);
    };
    const container = { exec: () => Promise.resolve({ start }) } as unknown as Docker.Container;
    return { container, streams };
  };

  it("that doesn't end is given up by its name, and its stream closed", async () => {
    const { container, streams } = endless();
    await assert.rejects(execIn(container, ["sleep", "99"], undefined, 0.1), (error: Error) => {
      assert.ok(error instanceof OutOfTime);
      assert.match(error.message, /^`sleep 99` in a container didn't end within 0.1 s/);
      return true;
    });
    assert.equal(streams[0]?.destroyed, true);
  });

  it("of a shell is given up too, and the next one gets another shell", async () => {
    const { container, streams } = endless();
    await inShell(container, 60, async (exec) => {
      await assert.rejects(exec(["first"], undefined, 0.1), OutOfTime);
      assert.equal(streams[0]?.destroyed, true);
      await assert.rejects(exec(["second"], undefined, 0.1), /^Error: `second` in a container/);
    });
    assert.equal(streams.length, 2);
    assert.equal(streams[1]?.destroyed, true);
  });
});

const stoodStill = /^Error: the copy of \/opt\/dist to blue-00000000 stood still for 1 s/;

interface Behaviour {
  /** Locks a container until its request has ended, as the engine does. */
  locks?: boolean;
  /** Stops in the middle of the upload, in the middle of the download, or before its answer. */
  stalls?: "reading" | "writing" | "answering";
  /** Refuses with this message in the middle of the upload. */
  refuses?: string;
  /** Ends the connection in the middle of the download. */
  breaksOff?: boolean;
}

/** The parts of an engine that a transfer uses. */
class StallingEngine {
  received = 0;
  readonly #server: Server;
  readonly #behaviour: Behaviour;
  readonly #sockets = new Set<Socket>();
  readonly #unread: IncomingMessage[] = [];
  readonly #held = new Map<string, Promise<unknown>>();

  private constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#server = createServer((request, response) => {
      const id = request.url?.split("/")[2] ?? "";
      const before = behaviour.locks === true ? this.#held.get(id) : undefined;
      this.#held.set(id, Promise.all([before, once(response, "close")]));
      void Promise.resolve(before).then(() => this.#answer(request, response));
    });
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(behaviour: Behaviour): Promise<StallingEngine> {
    const engine = new StallingEngine(behaviour);
    await once(engine.#server.listen(0, "127.0.0.1"), "listening");
    return engine;
  }

  container(id: string): Docker.Container {
    const { port } = this.#server.address() as AddressInfo;
    return connectEngine(`tcp://127.0.0.1:${port}`).getContainer(id);
  }

  /** Waits until every connection is closed or idle. */
  async isLeft(): Promise<void> {
    // A side that doesn't read doesn't see the end.
    for (const request of this.#unread) request.resume();
    const deadline = Date.now() + 20_000;
    while (this.#sockets.size > 0) {
      assert.ok(Date.now() < deadline, `${this.#sockets.size} connections are still open`);
      await sleep(20);
      this.#server.closeIdleConnections();
    }
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") await this.#give(response);
    else await this.#take(request, response);
  }

  async #give(response: ServerResponse): Promise<void> {
    const pack = tar.pack();
    pack.entry({ name: "dist/", type: "directory" });
    pack.entry({ name: "dist/index.html" }, Buffer.alloc(fileBytes, "x"));
    pack.finalize();
    const archive = await buffer(Readable.from(pack));
    response.writeHead(200, { "content-type": "application/x-tar" });
    const { stalls, breaksOff = false } = this.#behaviour;
    if (stalls !== "writing" && !breaksOff) return void response.end(archive);
    response.write(archive.subarray(0, archive.length / 2), () => {
      if (breaksOff) response.destroy();
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stalls, refuses } = this.#behaviour;
    request.on("error", () => undefined);
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      this.received += (chunk as Buffer).length;
      if (this.received < fileBytes / 4) continue;
      if (stalls === "reading") return void this.#unread.push(request);
      if (refuses !== undefined) {
        this.#unread.push(request);
        response.writeHead(500, { "content-type": "application/json" });
        return void response.end(JSON.stringify({ message: refuses }));
      }
    }
    if (stalls !== "answering") response.end();
  }
}
