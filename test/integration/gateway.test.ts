import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { gapDuring } from "../../dev/bench/gap.ts";
import { publicGateways, runningGateways } from "../../gateway/live.ts";
import { buildOn } from "./support/images.ts";
import { isLong, itLong, someOf } from "./support/length.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { localGatewayMegabytes } from "../../dev/platform/local-config.ts";
import { TestPlatform, type SettingPath, type Step } from "../../dev/platform/platform.ts";
import type { Traffic } from "../../dev/traffic/traffic.ts";
import { servingContainer, shortKinds, whoAnswers, withoutLoss } from "./support/serving.ts";

const image = "webnet.local/nginx:1.30";
/** The same image under another name. The program takes it for another image. */
const otherImage = "webnet.local/nginx:1.30-other";
/** An image without nginx. */
const noNginx = "webnet.local/prometheus:2.53";
/** An image whose nginx prints its version, but doesn't serve. */
const brokenNginx = "webnet.local/nginx:1.30-broken";

describe("the gateway", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("gateway");
    await platform.docker.getImage(image).tag({ repo: "webnet.local/nginx", tag: "1.30-other" });
    await buildOn(platform.docker, brokenNginx, image, {
      path: "/usr/local/bin/nginx",
      content: '#!/bin/sh\n[ "$1" = -v ] && exec /usr/sbin/nginx -v\nexit 127\n',
      mode: 0o755,
    });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
    for (const name of [otherImage, brokenNginx]) await platform.docker.getImage(name).remove();
  });

  const changes: Record<string, Record<SettingPath, string>> = {
    "another image": { "images.nginx": otherImage },
    "another limit": { "gateway.limits.memoryMegabytes": String(localGatewayMegabytes + 16) },
    "another drain": { "gateway.drainSeconds": "11" },
  };

  it(`is made anew for ${isLong ? "an image, a limit or a drain" : "an image"} without losing a request, by one beside it`, async () => {
    const edge = await edgeStart(platform);
    const work = async (traffic: Traffic): Promise<void> => {
      for (const [what, settings] of someOf(1, Object.entries(changes))) {
        const serving = await servingContainer(platform);
        traffic.mark(what);
        await platform.set(settings);
        assert.deepEqual(kinds(await platform.up()), [
          "create container",
          "create gate",
          "delete container",
          "delete gate",
          "update route",
        ]);
        assert.equal((await runningGateways(platform.docker, platform.name)).length, 1);
        assert.equal(await servingContainer(platform), serving);
      }
    };
    // Without streams that outlast the drain: they end with their gateway.
    await withoutLoss(platform, work, { kinds: shortKinds });
    assert.equal(await edgeStart(platform), edge);
    assert.deepEqual(await platform.up(), []);
    await platform.stack.refresh();
    assert.deepEqual(await platform.up(), []);
  });

  it("that can't start leaves the one that serves, whose config is enough to go back to", async () => {
    const before = await platform.containers();
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("no gateway");
      await platform.set({ "images.nginx": noNginx });
      const refusal = await platform.failingUp();
      assert.match(refusal, /webnet:images\.nginx can't be the gateway[^]*the image has no nginx/);
      traffic.mark("cannot start");
      await platform.set({ "images.nginx": brokenNginx });
      for (const attempt of someOf(1, ["first", "retry"])) {
        const said = await platform.failingUp();
        assert.match(
          said,
          /gateway [0-9a-f]{8} exited(?: with code 127|, and the engine started it again)/,
          attempt,
        );
        assert.match(said, /what served before goes on serving/, attempt);
      }
      traffic.mark("reverted");
      await platform.set({ "images.nginx": otherImage });
      await platform.up();
    });
    assert.deepEqual(await platform.containers(), before);
  });

  it("changes in one update with the release that serves, without losing a request", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("both");
      await platform.set({
        "gateway.limits.memoryMegabytes": "80",
        "colors.blue.backendTag": "v2",
        "colors.blue.frontendTag": "v2",
      });
      await platform.up();
      assert.equal(await whoAnswers(platform), "blue v2");
    });
  });

  it("is back within 30 s when its edge has died", async () => {
    const before = await edgeStart(platform);
    const { State } = await platform.docker.getContainer(`webnet-${platform.name}-edge`).inspect();
    // Not through the engine: it would not restart a container that it killed itself.
    process.kill(State.Pid, "SIGKILL");
    // Until a busy engine has noticed it, nginx serves on in the edge's network.
    for (const deadline = performance.now() + 60_000; (await edgeStart(platform)) === before;) {
      assert.ok(performance.now() < deadline, "the engine didn't start the edge again within a minute");
      await sleep(100);
    }
    const killed = performance.now();
    let answered = false;
    while (!answered && performance.now() - killed < 30_000) {
      await sleep(200);
      answered = await fetch(platform.url, { signal: AbortSignal.timeout(1000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    }
    assert.ok(answered, "nobody answers 30 s after the edge was killed");
    assert.equal(await whoAnswers(platform), "blue v2");
    // Meanwhile the edge stands in. The gateway's nginx must come back too.
    while ((await publicGateways(platform.docker, platform.name)).length === 0) {
      assert.ok(performance.now() - killed < 60_000, "nginx doesn't serve 60 s after its edge was killed");
      await sleep(500);
    }
  });

  itLong("keeps its edge where a release of the same update fails: its gap comes last", async () => {
    const { port } = new URL(platform.url);
    const edge = await edgeStart(platform);
    await platform.set({
      "gateway.httpPort": String(await freePort()),
      "colors.green.backendTag": "unhealthy",
    });
    assert.match(await platform.failingUp(), /release green-[0-9a-f]{8} turned unhealthy/);
    assert.equal(await edgeStart(platform), edge);
    assert.equal(await whoAnswers(platform), "blue v2");
    await platform.set({ "gateway.httpPort": port, "colors.green.backendTag": "v1" });
    await platform.up();
    assert.equal(await edgeStart(platform), edge);
  });

  it("is made anew with its edge for another port, after a word, and what served waits for nothing", async () => {
    const former = platform.url;
    const port = String(await freePort());
    await platform.set({ "gateway.httpPort": port });
    const { stdout } = await platform.stack.preview();
    assert.match(stdout, /This update makes webnet-test-gateway-\d+-edge anew\. .* nobody is answered/);
    const gap = await gapDuring([former, `http://127.0.0.1:${port}`], async () => {
      await platform.up();
    });
    // About a second according to `npm run bench -- gateway`. A busy machine takes longer.
    assert.ok(gap < 15_000, `nobody answered for ${Math.round(gap)} ms`);
    assert.deepEqual(await platform.up(), []);
    const response = await fetch(`http://127.0.0.1:${port}/api/version`);
    assert.equal(response.status, 200);
    await assert.rejects(fetch(former));
  });
});

/** Id and start time of the edge. They stay the same while an update replaces the gateway. */
async function edgeStart(platform: TestPlatform): Promise<string> {
  const { Id, State } = await platform.docker.getContainer(`webnet-${platform.name}-edge`).inspect();
  return `${Id} ${State.StartedAt}`;
}

/** The steps on the gateway, without the hashes in their names. Leaves out resources that only look up an image. */
function kinds(steps: readonly Step[]): string[] {
  const kindOf = (name: string): string =>
    /^gateway-nginx-[0-9a-f]{8}$/.test(name) ? "container" : (name.split("-").at(-1) ?? name);
  return steps
    .filter(({ name }) => !name.endsWith("-image"))
    .map(({ op, name }) => `${op} ${kindOf(name)}`)
    .sort();
}
