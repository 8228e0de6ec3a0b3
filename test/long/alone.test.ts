import assert from "node:assert/strict";
import type { TrafficKinds } from "../../dev/traffic/options.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { ops } from "../integration/support/ops.ts";
import { withoutLoss } from "../integration/support/serving.ts";

const light = (paths: string[]): TrafficKinds => ({
  keepAlive: { connections: 4, perSecond: 40, paths },
  newConnection: { perSecond: 10, paths },
});
/** What a release with a backend has answered at all times, with a frontend or without. */
const ofBackend = light(["/api/version", "/api/actuator/health"]);
const ofFrontend = light(["/", "/index.html"]);

describe("a colour with one part alone", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("alone");
    // The sample keeps its base path, whatever it has beside it.
    await platform.set({ "backend.healthPath": "/api/actuator/health/readiness" });
    await platform.unset("gateway.smoke");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  const get = (path: string, accept = "*/*") =>
    fetch(platform.url + path, { redirect: "manual", headers: { connection: "close", accept } });

  async function status(path: string): Promise<number> {
    const answer = await get(path);
    await answer.body?.cancel();
    return answer.status;
  }

  async function answers(path: string): Promise<string> {
    const response = await get(path, "text/html");
    return `${response.status} ${response.headers.get("content-type") ?? ""} ${await response.text()}`;
  }

  const running = async () =>
    [...(await platform.containers()).keys()].filter((name) => /backend-/.test(name));

  /** Each hashed file that the page names. */
  async function filesOfPage(): Promise<string[]> {
    const page = await (await get("/", "text/html")).text();
    const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file ?? "");
    assert.ok(files.length > 0, page);
    return files;
  }

  it("goes over to a backend alone, which gets every address, and back, without a lost request", async () => {
    const files = await filesOfPage();
    await withoutLoss(
      platform,
      async () => {
        await ops(
          platform,
          "deploy",
          "--backend-tag",
          "v2",
          "--frontend-tag",
          "none",
          "--yes",
          "--bake",
          "0",
        );
        const { color, version } = (await (await get("/api/version")).json()) as Record<string, string>;
        assert.deepEqual([color, version], ["green", "v2"]);
      },
      { kinds: ofBackend },
    );
    assert.deepEqual(await platform.preview(), []);
    assert.match(await platform.output("serves"), /^green backend v2$/);
    assert.match(await ops(platform, "status"), /green serves: backend v2 \(green-/);
    // The backend's own words, not the gateway's.
    for (const path of ["/", "/orders/7", "/.hidden", "/assets/none.css"])
      assert.match(await answers(path), /^404 application\/json/, path);
    for (const path of ["/api/actuator/env", "/actuator", "/x/actuator/prometheus"])
      assert.match(await answers(path), /^404 text\/html/, path);
    assert.equal(await status("/healthz"), 200);
    for (const file of files) assert.equal(await status(file), 200, file);
    await withoutLoss(platform, () => ops(platform, "rollback", "--yes"), {
      kinds: ofBackend,
    });
    assert.match(await platform.output("serves"), /^blue v1$/);
    assert.match(await answers("/"), /^200 text\/html/);
  });

  it("goes over to a frontend alone, which has no backend, and back, without a lost request", async () => {
    await withoutLoss(
      platform,
      async () => {
        await ops(
          platform,
          "deploy",
          "--backend-tag",
          "none",
          "--frontend-tag",
          "v2",
          "--yes",
          "--bake",
          "5",
        );
        assert.match(await answers("/"), /content="v2"/);
      },
      { kinds: ofFrontend },
    );
    assert.deepEqual(await platform.preview(), []);
    assert.equal((await running()).filter((name) => name.includes("green")).length, 0);
    assert.equal(await status("/api/version"), 404);
    assert.match(await ops(platform, "status"), /green serves: frontend v2 \(green-/);
    await withoutLoss(platform, () => ops(platform, "rollback", "--yes"), {
      kinds: ofFrontend,
    });
    assert.equal(await status("/api/version"), 200);
  });

  it("is deployed, switched and rolled back as a static site, on both colours, with one tag", async () => {
    await platform.unset("backend", "gateway.smoke");
    await platform.set({
      activeColor: "green",
      "colors.blue.backendTag": "none",
      "colors.green.backendTag": "none",
    });
    await withoutLoss(
      platform,
      async () => {
        await platform.up();
        await ops(platform, "deploy", "--tag", "v3", "--yes", "--bake", "0");
        assert.match(await answers("/"), /content="v3"/);
        await ops(platform, "rollback", "--yes");
        assert.match(await answers("/"), /content="v2"/);
      },
      { kinds: ofFrontend },
    );
    assert.deepEqual(await running(), []);
    assert.match(await ops(platform, "deploy", "--tag", "v2", "--yes"), /serves already, as green/);
    assert.match(
      await ops(platform, "deploy", "--tag", "v3", "--prepare", "--yes"),
      /stands by already, as blue/,
    );
    assert.match(await ops(platform, "prune", "--keep", "0", "--yes"), /./);
    assert.match(await ops(platform, "recover"), /./);
    assert.deepEqual(await platform.preview(), []);
  });
});
