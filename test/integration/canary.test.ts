import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Browser, seenBy } from "./support/browser.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { shortKinds, whoAnswers, withoutLoss } from "./support/serving.ts";

const browsers = 240;
const atOnce = 12;
/**
 * Without streams that outlast a reload. Each change of the share is a reload, and its old workers end their streams in
 * the end, although the release of these streams still serves.
 */
const kinds = shortKinds;

describe("a canary", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  const jars: Browser[] = [];

  /** For each browser: true if the canary serves it. Page and API must agree. */
  async function inCanary(): Promise<boolean[]> {
    const found: boolean[] = [];
    for (let at = 0; at < jars.length; at += atOnce) {
      const some = await Promise.all(
        jars.slice(at, at + atOnce).map(async (jar) => {
          const page = /content="(v\d)"/.exec(await (await jar.open("/")).text())?.[1];
          const answers = await Promise.all([1, 2].map(() => jar.get("/api/version")));
          for (const answer of answers)
            assert.equal(((await answer.json()) as { version: string }).version, page);
          return page !== "v1";
        }),
      );
      found.push(...some);
    }
    return found;
  }

  const count = (flags: boolean[]) => flags.filter(Boolean).length;

  before(async () => {
    platform = await TestPlatform.create("canary");
    await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
    await platform.up();
    for (let at = 0; at < browsers; at += 1) jars.push(new Browser(platform.url));
  });

  after(async () => {
    await platform.remove();
  });

  it("takes its share of the browsers, each of which stays, by one update of the route", async () => {
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("20 percent");
        await platform.set({ "gateway.canaryPercent": "20" });
        assert.deepEqual(
          (await platform.up()).map(({ op, name }) => `${op} ${name}`),
          ["update gateway-route"],
        );
        const first = await inCanary();
        // Five standard deviations to either side.
        assert.ok(Math.abs(count(first) - 48) <= 31, `${count(first)} of ${browsers}`);
        assert.deepEqual(await inCanary(), first);

        traffic.mark("40 percent");
        await platform.set({ "gateway.canaryPercent": "40" });
        await platform.up();
        const more = await inCanary();
        assert.ok(Math.abs(count(more) - 96) <= 38, `${count(more)} of ${browsers}`);
        for (const [at, was] of first.entries()) if (was) assert.ok(more[at], "a browser left the canary");
      },
      { kinds },
    );
    assert.deepEqual(await platform.up(), []);
  });

  it("serves page, API, events and websockets alike, and the guard wins over it", async () => {
    const flags = await inCanary();
    const inside = jars[flags.indexOf(true)];
    const outside = jars[flags.indexOf(false)];
    assert.ok(inside && outside);
    const [blue, green] = ["blue v1", "green v2"];
    assert.deepEqual(await seenBy(inside), { page: "v2", api: green, events: green, socket: green });
    assert.deepEqual(await seenBy(outside), { page: "v1", api: blue, events: blue, socket: blue });
    const token = await platform.output("guardToken");
    const headers = { "x-webnet-release": "blue", "x-webnet-token": token };
    assert.equal(await colorOf(inside, headers), "blue");
  });

  it("tells those without cookies by who they are", async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const asked = () =>
          fetch(`${platform.url}/api/version`, { headers: { "user-agent": `program ${at}` } });
        const answers = await Promise.all([asked(), asked(), asked()]);
        assert.deepEqual(
          answers.flatMap(({ headers }) => headers.getSetCookie()),
          [],
        );
        const colors = await Promise.all(
          answers.map(async (answer) => (await answer.json()) as { color: string }),
        );
        assert.equal(new Set(colors.map(({ color }) => color)).size, 1);
        return colors[0]?.color === "green";
      }),
    );
    assert.ok(count(seen) > 5 && count(seen) < 45, `${count(seen)} of 60`);
  });

  itLong("leaves to the active release what it can't answer because it is down", async () => {
    const jar = jars[(await inCanary()).indexOf(true)];
    assert.ok(jar);
    const name = `webnet-${platform.name}-backend-${await platform.output("standbyRelease")}`;
    const canary = platform.docker.getContainer(name);
    await canary.kill();
    for (let at = 0; at < 20; at += 1) {
      assert.equal(await colorOf(jar), "blue");
    }
    await canary.start();
    await until(async () => (await colorOf(jar)) === "green");
  });

  itLong("is served only by a release that passes its checks", async () => {
    const before = await inCanary();
    await platform.set({ "colors.green.backendTag": "failing", "colors.green.frontendTag": "v3" });
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("failing canary");
        const output = await platform.failingUp();
        assert.match(
          output,
          /smoke check by the guarded route failed in round 1 of 3: \S+ of green-\w+: expected/,
        );
        assert.match(
          output,
          /To go on without it:\s+pulumi config set --path 'webnet:gateway\.canaryPercent' 0/,
        );
        assert.deepEqual(await inCanary(), before);
        traffic.mark("another canary");
        await platform.set({ "colors.green.backendTag": "v3" });
        await platform.up();
        assert.deepEqual(await inCanary(), before);
      },
      { kinds },
    );
  });

  it("ends without losing a request, its release drained before it goes", async () => {
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("end and stop the canary's release");
        await platform.set({ "gateway.canaryPercent": "0", standby: "off" });
        await platform.up();
        assert.equal(count(await inCanary()), 0);
        assert.equal(await whoAnswers(platform), "blue v1");
      },
      { kinds },
    );
    assert.ok([...(await platform.containers()).keys()].every((name) => !name.startsWith("backend-green")));
    assert.deepEqual(await platform.up(), []);
  });
});

async function colorOf(browser: Browser, headers: Record<string, string> = {}): Promise<string> {
  const answer = await browser.get("/api/version", headers);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { color: string }).color;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, "the canary didn't come back");
    await sleep(500);
  }
}
