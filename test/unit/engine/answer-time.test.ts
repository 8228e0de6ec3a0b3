import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { EngineSilent, withAnswerTime } from "../../../engine/answer-time.ts";
import { connectEngine } from "../../../engine/client.ts";

const seconds = 0.1;

describe("a question to the engine", () => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  let docker: Docker;

  beforeEach(async () => {
    server = createServer((_request, response) => {
      answer(response);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    docker = withAnswerTime(connectEngine(`tcp://127.0.0.1:${port}`), seconds);
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  it("ends where no answer comes, and names itself", async () => {
    answer = () => undefined;
    await assert.rejects(
      docker.listContainers({ all: true }),
      new EngineSilent("no answer to GET /containers/json within 0.1 s"),
    );
  });

  it("ends where an answer stands still on its way", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('[{"Id":');
    };
    await assert.rejects(docker.listContainers(), EngineSilent);
  });

  it("is answered where the answer comes in time", async () => {
    answer = (response) => {
      response.end("[]");
    };
    assert.deepEqual(await docker.listContainers(), []);
    await sleep(2000 * seconds);
    assert.deepEqual(await docker.listContainers(), []);
  });

  it("that is given up by whoever asks is no silence", async () => {
    answer = () => undefined;
    const giveUp = new AbortController();
    const asked = docker.getContainer("a").inspect({ abortSignal: giveUp.signal });
    giveUp.abort();
    await assert.rejects(asked, { name: "AbortError" });
  });

  it("may take as long as the work that it asks for", async () => {
    answer = (response) => {
      setTimeout(() => response.end('{"StatusCode":0}'), 3000 * seconds);
    };
    assert.deepEqual(await docker.getContainer("a").wait(), { StatusCode: 0 });
  });
});
