import { goodRequests } from "../../../../dev/sample/backend/fault.ts";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import { stopGracefully } from "../../../../dev/sample/backend/stop.ts";
import { startFakeBackend, type FakeBackend } from "./fake-backend.ts";

describe("sample backend", () => {
  let backend: FakeBackend;

  const start = async (environment: Record<string, string> = {}) => {
    backend = await startFakeBackend(environment);
  };
  const get = async (path: string) => fetch(backend.url + path);
  const status = async (path: string) => (await get(path)).status;
  const post = async (body: unknown) =>
    fetch(`${backend.url}/api/rows`, { method: "POST", body: JSON.stringify(body) });

  afterEach(async () => {
    await backend.close();
  });

  it("names its colour and version, and its release where there is one", async () => {
    await start({ WEBNET_RELEASE: "blue-1a2b3c4d" });
    const response = await get("/api/version");
    assert.deepEqual(await response.json(), { color: "blue", version: "v1", release: "blue-1a2b3c4d" });
  });

  it("is alive without its database, but neither healthy nor ready, and recovers", async () => {
    await start();
    assert.equal(await status("/api/actuator/health/readiness"), 200);
    backend.setDatabase(false);
    assert.equal(await status("/api/actuator/health/liveness"), 200);
    const health = await get("/api/actuator/health");
    assert.equal(health.status, 503);
    assert.equal(((await health.json()) as { status: string }).status, "DOWN");
    assert.equal(await status("/api/actuator/health/readiness"), 503);
    assert.equal(await status("/api/rows/any"), 503);
    assert.equal((await post({ id: "a", text: "" })).status, 503);
    backend.setDatabase(true);
    assert.equal(await status("/api/actuator/health/readiness"), 200);
  });

  it("writes a row once and reads it back", async () => {
    await start();
    const created = await post({ id: "row-1", text: "hello" });
    assert.equal(created.status, 201);
    assert.deepEqual(await created.json(), { id: "row-1", color: "blue", version: "v1" });
    assert.equal((await post({ id: "row-1", text: "again" })).status, 409);
    assert.deepEqual(await (await get("/api/rows/row-1")).json(), {
      id: "row-1",
      text: "hello",
      color: "blue",
      version: "v1",
    });
    assert.equal(await status("/api/rows/row-2"), 404);
  });

  it("proves an upload by its size and digest, and keeps a row of it", async () => {
    await start();
    const upload = () =>
      fetch(`${backend.url}/api/uploads/up-1`, { method: "POST", body: "x".repeat(100_000) });
    const sha256 = createHash("sha256").update("x".repeat(100_000)).digest("hex");
    const taken = await upload();
    assert.equal(taken.status, 201);
    const proof = { id: "up-1", bytes: 100_000, sha256, color: "blue", version: "v1" };
    assert.deepEqual(await taken.json(), proof);
    assert.equal(backend.rows.get("up-1")?.text, `100000 bytes, sha256 ${sha256}`);
    assert.equal((await upload()).status, 409);
  });

  it("names the id of a request, so that its client knows the answer as its own", async () => {
    await start();
    for (const path of ["/api/version?id=r7", "/api/slow?seconds=0&id=r7"]) {
      assert.equal(((await (await get(path)).json()) as { id: string }).id, "r7");
    }
  });

  it("lists ids by prefix in pages", async () => {
    await start();
    for (const id of ["a-1", "a-2", "a-3", "b-1"]) await post({ id, text: "" });
    const page = await get("/api/rows?prefix=a-&after=a-1&limit=1");
    assert.deepEqual(await page.json(), { prefix: "a-", count: 3, ids: ["a-2"] });
  });

  it("refuses what it can't use", async () => {
    await start();
    assert.equal((await post({ id: "with space", text: "" })).status, 400);
    assert.equal((await post({ id: "a" })).status, 400);
    assert.equal((await fetch(`${backend.url}/api/rows`, { method: "POST", body: "{" })).status, 400);
    assert.equal((await post({ id: "a", text: "x".repeat(70_000) })).status, 413);
    assert.equal(await status("/api/slow?seconds=61"), 400);
    assert.equal(await status("/api/nothing"), 404);
    assert.equal((await fetch(`${backend.url}/api/version`, { method: "POST" })).status, 405);
  });

  it("refuses an address that it can't read, and goes on", async () => {
    await start();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const path = "//[/../api/x";
      request(backend.url, { path, agent: false }, (response) => {
        resolve(response.resume().statusCode);
      })
        .on("error", reject)
        .end();
    });
    assert.equal(answer, 400);
    assert.equal(await status("/api/version"), 200);
  });

  it("lives on when a client resets an upgrade that it refused", async () => {
    await start();
    const reset = new Promise<void>((resolve) => {
      backend.server.on("upgrade", (_request, socket) => {
        socket.once("close", resolve).destroy(new Error("read ECONNRESET"));
      });
    });
    const socket = new WebSocket(`${backend.url.replace("http", "ws")}/api/nothing`);
    socket.on("error", () => undefined);
    await reset;
    assert.equal(await status("/api/version"), 200);
  });

  it("ends the answer to a HEAD of its events", async () => {
    await start();
    const answer = await fetch(`${backend.url}/api/events`, { method: "HEAD" });
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    assert.equal(backend.app.streams.size, 0);
  });

  it("counts requests by route, not by address", async () => {
    await start();
    await get("/api/rows/some-id");
    const text = await (await get("/api/actuator/prometheus")).text();
    assert.match(
      text,
      /http_server_requests_seconds_count\{method="GET",uri="\/api\/rows\/\{id\}",status="404"\} 1/,
    );
    assert.match(text, /^process_uptime_seconds [\d.]+$/m);
    assert.doesNotMatch(text, /some-id/);
  });

  it("stays unhealthy with the fault `unhealthy`", async () => {
    await start({ APP_FAULT: "unhealthy" });
    assert.equal(await status("/api/actuator/health"), 503);
    assert.equal(await status("/api/actuator/health/readiness"), 503);
    assert.equal(await status("/api/version"), 200);
  });

  it("is healthy and answers 500 with the fault `failing`", async () => {
    await start({ APP_FAULT: "failing" });
    assert.equal(await status("/api/actuator/health/readiness"), 200);
    assert.equal(await status("/api/version"), 500);
    assert.equal(await status("/api/rows?prefix=a"), 500);
  });

  it("answers well for a while and then 500 with the fault `degrading`", async () => {
    await start({ APP_FAULT: "degrading" });
    for (let request = 1; request <= goodRequests; request += 1)
      assert.equal(await status("/api/version"), 200);
    assert.equal(await status("/api/version"), 500);
    assert.equal(await status("/api/actuator/health/readiness"), 200);
  });

  it("finishes what runs when it stops, and closes streams and kept connections properly", async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    const slow = getWith(agent, `${backend.url}/api/slow?seconds=0.5`);
    const events = get("/api/events").then((response) => response.text());
    const socket = new WebSocket(`${backend.url.replace("http", "ws")}/api/socket`);
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    const echoed = new Promise<string>((resolve) => {
      socket.once("message", (data) => {
        resolve((data as Buffer).toString("utf8"));
      });
    });
    socket.send("ping");
    assert.deepEqual(JSON.parse(await echoed), { echo: "ping", color: "blue", version: "v1" });

    const stopped = stopGracefully(backend.app, backend.server);
    assert.equal(await status("/api/actuator/health/readiness"), 503);
    assert.deepEqual(await slow, { status: 200, connection: "close" });
    assert.equal(await closed, 1001);
    assert.match(await events, /event: tick\n[^]*event: close\ndata: \{\}\n\n$/);
    assert.equal(await stopped, true);
    await assert.rejects(get("/api/version"));
  });

  it("cuts off what runs longer than its stop time", async () => {
    await start({ APP_STOP_SECONDS: "1" });
    const slow = get("/api/slow?seconds=30");
    const failed = assert.rejects(slow);
    await get("/api/version");
    assert.equal(await stopGracefully(backend.app, backend.server), false);
    await failed;
  });
});

function getWith(
  agent: Agent,
  url: string,
): Promise<{ status: number | undefined; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => {
        resolve({ status: response.statusCode, connection: response.headers.connection });
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
