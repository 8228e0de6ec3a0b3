import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { Authority } from "../../dev/platform/authority.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { itLong } from "./support/length.ts";
import { startOutside, type Asked } from "./support/outside.ts";
import { shortKinds, withoutLoss } from "./support/serving.ts";

const host = "shop.example.com";
const own = { api: "api.example.com", monitoring: "graphs.example.com" };
const user = "reader";
const password = "a-password-for-graphs";
const outsideName = "reports.internal";

describe("further routes", function () {
  this.timeout("6m");
  let platform: TestPlatform;
  let directory: string;
  let port: number;
  let outside: Docker.Container | undefined;
  const authority = new Authority();

  before(async () => {
    platform = await TestPlatform.create("routes");
    directory = mkdtempSync(join(tmpdir(), "webnet-routes-"));
    port = await freePort();
    const { chain, key } = authority.issue({ names: [host, ...Object.values(own)] });
    writeFileSync(join(directory, "chain.pem"), chain);
    writeFileSync(join(directory, "key.pem"), key, { mode: 0o600 });
    writeFileSync(join(directory, "authority.pem"), authority.root);
    await platform.set({
      domain: host,
      "gateway.tls.certificate": "files",
      "gateway.tls.certificateFile": join(directory, "chain.pem"),
      "gateway.tls.keyFile": join(directory, "key.pem"),
      "gateway.tls.httpsPort": String(port),
    });
    await platform.up();
    const active = await (await platform.activeContainer()).inspect();
    outside = await startOutside(platform.docker, {
      network: `webnet-${platform.name}`,
      name: outsideName,
      image: active.Image,
      labels: { "webnet.test": platform.name },
      pair: authority.issue({ names: [outsideName] }),
    });
  });

  after(async () => {
    await outside?.remove({ force: true });
    await platform.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  async function get(
    path: string,
    options: { at?: string; body?: Buffer; method?: string; headers?: Record<string, string> } = {},
  ) {
    const { at = host, body, headers = {}, ...rest } = options;
    const asked = https.request({
      host: "127.0.0.1",
      servername: at,
      ca: authority.root,
      port,
      path,
      headers: { host: `${at}:${port}`, ...headers },
      agent: false,
      timeout: 20_000,
      ...rest,
    });
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [http.IncomingMessage];
    answer.setEncoding("utf8");
    let text = "";
    for await (const chunk of answer) text += chunk as string;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: text };
  }

  const asked = (body: string) => JSON.parse(body) as Asked;
  const basic = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };

  it("lead paths and hosts to the backend, and to something outside, from one update on, without losing a request", async () => {
    platform.url = `https://127.0.0.1:${port}`;
    await platform.stack.setConfig(
      `webnet:gatewayPasswords.${user}`,
      { value: password, secret: true },
      true,
    );
    await platform.set({
      "gateway.routes.reports.paths[0]": "/reports",
      "gateway.routes.reports.to": `http://${outsideName}:9000/v2`,
      "gateway.routes.reports.stripPath": "true",
      "gateway.routes.reports.cacheControl": "public, max-age=60",
      "gateway.routes.reports.maxBodyMegabytes": "20",
      "gateway.routes.api.hosts[0]": own.api,
      "gateway.routes.api.to": "backend",
      "monitoring.host": own.monitoring,
      "gateway.access.graphs.paths[0]": "/",
      "gateway.access.graphs.hosts[0]": own.monitoring,
      "gateway.access.graphs.users[0]": user,
    });
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("routes");
        const steps = (await platform.up()).map(({ name }) => name);
        assert.deepEqual(steps, ["gateway-certificate", "gateway-route"]);
        assert.deepEqual(await platform.preview(), []);
      },
      { host, authority: authority.root, kinds: shortKinds },
    );
  });

  it("pass on what belongs to their side, and nothing of the gateway's own", async () => {
    const found = await get("/reports/of%20May?x=1", {
      headers: {
        cookie: "webnet_look=blue-1a2b3c4d.key; mine=1",
        "x-webnet-release": "standby",
        "x-webnet-token": "t",
        "x-forwarded-for": "192.0.2.7",
      },
    });
    assert.equal(found.status, 403, "a wrong token is refused everywhere");
    const { status, headers, body } = await get("/reports/of%20May?x=1", {
      headers: { cookie: "webnet_look=blue-1a2b3c4d.key; mine=1", "x-forwarded-for": "192.0.2.7" },
    });
    assert.equal(status, 200);
    const { path, headers: sent } = asked(body);
    assert.equal(path, "/v2/of%20May?x=1");
    assert.equal(sent["host"], `${outsideName}:9000`);
    assert.equal(sent["x-forwarded-host"], `${host}:${port}`);
    assert.equal(sent["x-forwarded-proto"], "https");
    assert.equal(sent["x-forwarded-prefix"], "/reports");
    assert.notEqual(sent["x-forwarded-for"], "192.0.2.7");
    assert.equal(sent["cookie"], "mine=1");
    assert.equal(headers["cache-control"], "public, max-age=60");
    assert.deepEqual(headers["set-cookie"], [`mine=1; Domain=${host}`]);
    assert.equal((await get("/reports")).status, 200);
    assert.equal((await get("/reports/away")).headers.location, "/reports/there");
    assert.match(
      (await get("/reports/events", { headers: { accept: "text/event-stream" } })).body,
      /data: 1/,
    );
    const large = Buffer.alloc(15_000_000);
    assert.equal(asked((await get("/reports/up", { method: "POST", body: large })).body).bytes, large.length);
    assert.equal((await get("/api/uploads", { method: "POST", body: large })).status, 413);
    // Another address that only begins alike is the frontend's.
    assert.match((await get("/reportsx", { headers: { accept: "text/html" } })).body, /<html/i);
  });

  it("lead a host to the backend of the request's release, without its actuator", async () => {
    assert.equal((await get("/api/version", { at: own.api })).status, 200);
    for (const path of ["/api/actuator/prometheus", "/api/;x/actuator;y/env", "/actuator"])
      assert.equal((await get(path, { at: own.api })).status, 404, path);
    const color = async () =>
      (JSON.parse((await get("/api/version", { at: own.api })).body) as { color: string }).color;
    const before = await color();
    await platform.set({ activeColor: before === "blue" ? "green" : "blue" });
    await platform.up();
    assert.notEqual(await color(), before);
  });

  it("lead to Prometheus whoever has the password", async () => {
    const path = "/api/v1/query?query=up";
    assert.equal((await get(path, { at: own.monitoring })).status, 401);
    assert.equal((await get(path)).status, 404, "it is nothing of the site's");
    const { status, body } = await get(path, { at: own.monitoring, headers: basic });
    assert.equal(status, 200);
    assert.match(body, /"success"/);
  });

  itLong("lead to Prometheus also while the platform is closed", async () => {
    const path = "/api/v1/query?query=up";
    await platform.set({ "gateway.maintenance.on": "true" });
    await platform.up();
    assert.equal((await get("/api/version", { at: own.api })).status, 503);
    assert.equal((await get(path, { at: own.monitoring, headers: basic })).status, 200);
    await platform.unset("gateway.maintenance");
    await platform.up();
  });

  it("are led from http to https by their own names, and other names stay unknown", async () => {
    const plain = async (at: string) => {
      const { value } = await platform.stack.getConfig("webnet:gateway");
      const { httpPort } = JSON.parse(value) as { httpPort: number };
      const request = http.get({
        host: "127.0.0.1",
        port: httpPort,
        path: "/x?y",
        headers: { host: at },
        agent: false,
      });
      const [answer] = (await once(request, "response")) as [http.IncomingMessage];
      answer.resume();
      return [answer.statusCode, answer.headers.location];
    };
    assert.deepEqual(await plain(own.api), [308, `https://${own.api}:${port}/x?y`]);
    assert.deepEqual(await plain("other.example.com"), [421, undefined]);
    assert.equal((await get("/", { headers: { host: "other.example.com" } })).status, 421);
  });

  it("change to another address and to https without an answer that fails", async () => {
    let failed = 0;
    let sent = 0;
    const end = new AbortController();
    const asking = (async () => {
      while (!end.signal.aborted) {
        sent += 1;
        if ((await get("/reports/x", { method: sent % 2 ? "GET" : "POST" })).status !== 200) failed += 1;
        await sleep(10);
      }
    })();
    await platform.set({
      "gateway.routes.reports.to": `https://${outsideName}:9443`,
      "gateway.routes.reports.authorityFile": join(directory, "authority.pem"),
    });
    await platform.up();
    end.abort();
    await asking;
    assert.equal(failed, 0, `${failed} of ${sent}`);
    assert.equal(asked((await get("/reports/x")).body).scheme, "https");
  });

  itLong("believe no certificate of another authority, and end with their settings", async () => {
    writeFileSync(join(directory, "authority.pem"), new Authority().root);
    await platform.up();
    assert.equal((await get("/reports/x")).status, 502);
    assert.equal((await get("/api/version")).status, 200);
    await platform.unset("gateway.routes.reports");
    await platform.up();
    assert.match((await get("/reports/x", { headers: { accept: "text/html" } })).body, /<html/i);
  });
});
