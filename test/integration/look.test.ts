import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLogLines } from "../../engine/logs.ts";
import { Browser, seenBy } from "./support/browser.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { someOf } from "./support/length.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

describe("a look at the standby", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  let token: string;

  const asked = (path: string, release: string, key = token) =>
    fetch(`${platform.url}${path}`, { headers: { "x-webnet-release": release, "x-webnet-token": key } });

  before(async () => {
    platform = await TestPlatform.create("look");
    await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
    await platform.up();
    token = await platform.output("guardToken");
  });

  after(async () => {
    await platform.remove();
  });

  it("by headers reaches backend and frontend, by whichever name, and isn't kept by caches", async () => {
    const standby = await platform.output("standbyRelease");
    for (const name of ["standby", "green", standby]) {
      const answer = await asked("/api/version", name);
      assert.match(await answer.text(), /"color":"green","version":"v2"/);
      assert.equal(answer.headers.get("x-webnet-release"), standby);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      const page = await asked("/", name);
      assert.match(await page.text(), /name="webnet-version" content="v2"/);
      assert.equal(page.headers.get("cache-control"), "no-store");
    }
    assert.equal(await whoAnswers(platform), "blue v1");
  });

  it("is refused with another token, by headers and form, and tells nothing", async () => {
    const browser = new Browser(platform.url);
    const wrong = token.replace(/./, (first) => (first === "a" ? "b" : "a"));
    const answers = [
      await asked("/api/version", "standby", wrong),
      await asked("/", "standby", ""),
      await browser.look(wrong, "standby"),
    ];
    assert.equal(browser.cookies.size, 0);
    for (const answer of answers) {
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get("x-webnet-release"), null);
      assert.doesNotMatch(await answer.text(), /v1|v2|blue|green/);
    }
  });

  it("is neither had nor spoilt by a forged cookie, which locks nobody out", async () => {
    const standby = await platform.output("standbyRelease");
    for (const forged of [`standby.${token}`, `${standby}.${"0".repeat(48)}`, "x", ""]) {
      const visitor = new Browser(platform.url);
      visitor.cookies.set("webnet_look", forged);
      assert.deepEqual(await seenBy(visitor), {
        page: "v1",
        api: "blue v1",
        events: "blue v1",
        socket: "blue v1",
      });
    }
    const looking = new Browser(platform.url);
    await looking.look(token, "standby");
    const cookie = `webnet_look=forged; webnet_look=${looking.cookies.get("webnet_look") ?? ""}; shop=1`;
    const answer = await fetch(`${platform.url}/api/cookies`, { headers: { cookie } });
    const seen = (await answer.json()) as { cookies: string[]; color: string };
    assert.deepEqual([seen.cookies, seen.color], [["shop"], "green"]);
  });

  it("by a browser's cookie reaches the page, its assets, the API, events and websockets", async () => {
    const standby = await platform.output("standbyRelease");
    const browser = new Browser(platform.url);
    const form = await browser.get(new URL(await platform.output("lookUrl")).pathname);
    assert.match(await form.text(), /<form method='post'/);
    const entered = await browser.look(token, "standby");
    assert.deepEqual([entered.status, entered.headers.get("location")], [303, "/"]);
    assert.match(
      entered.headers.getSetCookie()[0] ?? "",
      /^webnet_look=standby\.\w+; Path=\/; .*HttpOnly; SameSite=Lax$/,
    );
    assert.ok(!String(browser.cookies.get("webnet_look")).includes(token));
    assert.deepEqual(await seenBy(browser), {
      page: "v2",
      api: "green v2",
      events: "green v2",
      socket: "green v2",
    });
    const [, asset = ""] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await browser.get("/")).text()) ?? [];
    const script = await browser.get(asset);
    assert.deepEqual([script.status, script.headers.get("cache-control")], [200, "no-store"]);
    assert.equal(script.headers.get("x-webnet-release"), standby);
    assert.equal((await browser.get("/assets/none.js")).headers.get("cache-control"), "no-store");
    assert.equal(await whoAnswers(platform), "blue v1");
    await browser.get("/.webnet/look/leave");
    assert.equal(browser.cookies.size, 0);
    assert.equal((await seenBy(browser)).api, "blue v1");
  });

  it("hands its cookie to no backend, and the token to no log", async () => {
    const browser = new Browser(platform.url);
    await browser.look(token, "standby");
    browser.cookies.set("shop", "1");
    const answer = await browser.get("/api/cookies");
    const { cookies, color } = (await answer.json()) as { cookies: string[]; color: string };
    assert.deepEqual([cookies, color], [["shop"], "green"]);
    const gateway = await platform.gateway();
    const log = await lastLogLines(gateway, 5000);
    assert.match(log, /"uri":"\/\.webnet\/look\/enter"/);
    const [, key = ""] = String(browser.cookies.get("webnet_look")).split(".");
    for (const secret of [token, key]) assert.ok(!log.includes(secret));
  });

  it("and all else is logged in lines of JSON and UTF-8, whatever a client sends", async () => {
    const gateway = await platform.gateway();
    const bytes = '\xFF\xC3\xED\xA0\x80\x01"\\';
    for (const [path, header] of [
      ["\xC3\xBC", "plain"],
      ["\xFF", bytes],
      ["\xFF".repeat(7000), bytes.repeat(800)],
      ["\x80?\xC3", `"${"\t".repeat(7000)}`],
    ] as const) {
      const lines = ["Host: localhost", `User-Agent: ${header}`, `Referer: ${header}`, "Connection: close"];
      await sendBytes(platform.url, [`GET /raw/${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    }
    const deadline = Date.now() + 10_000;
    let logged: { uri: string }[] = [];
    while (logged.length < 4 && Date.now() < deadline) {
      await sleep(100);
      const lines = (await lastLogLines(gateway, 500)).split("\n").filter((line) => line.startsWith("{"));
      // The engine puts this character in place of bytes that aren't UTF-8.
      for (const line of lines) assert.ok(!line.includes("\u{FFFD}"), line);
      const entries = lines.map((line) => JSON.parse(line) as { uri: string });
      logged = entries.filter(({ uri }) => uri.startsWith("/raw/"));
    }
    assert.deepEqual(
      logged.map(({ uri }) => uri),
      ["/raw/ü", "/raw/…", "/raw/…", "/raw/…"],
    );
  });

  it("stays right when the standby gets another tag, without a reload, and leads out of what is gone", async () => {
    const exact = new Browser(platform.url);
    const named = new Browser(platform.url);
    await exact.look(token, await platform.output("standbyRelease"));
    await named.look(token, "standby");
    await withoutLoss(platform, async (traffic) => {
      const serving = await servingContainer(platform);
      traffic.mark("another standby");
      await platform.set({ "colors.green.backendTag": "v3", "colors.green.frontendTag": "v3" });
      const before = await generations(platform);
      await platform.up();
      assert.equal(await generations(platform), before);
      assert.equal(await servingContainer(platform), serving);
    });
    assert.equal((await seenBy(named)).api, "green v3");
    for (const path of ["/", "/api/version"]) {
      const gone = await exact.get(path);
      assert.equal(gone.status, 410);
      assert.match(await gone.text(), /<h1>This look is over<\/h1>.*href='\/\.webnet\/look\/leave'/);
    }
    assert.equal((await exact.get("/.webnet/look")).status, 200);
    assert.equal((await exact.get("/.webnet/look/leave")).status, 303);
    assert.equal((await exact.get("/api/version")).status, 200);
    assert.deepEqual(await platform.up(), []);
  });

  describe("by the smoke check", () => {
    const checks: [string, Record<string, string>, RegExp][] = [
      [
        "another status",
        { path: "/api/version", status: "404" },
        /\/api\/version of green-\w+: expected status 404, got status 200 after \d+ ms from green-\w+; its body begins: \{"color":"green","version":"v3"/,
      ],
      [
        "a text that isn't there",
        { path: "/", text: "webnet-nowhere" },
        /\/ of green-\w+: expected the text "webnet-nowhere", got status 200 .*its body begins: <!doctype html>/i,
      ],
      [
        "a time that is too short",
        { path: "/api/slow?seconds=1", withinMilliseconds: "900" },
        /failed in round 2 of 3: \/api\/slow\?seconds=1 of green-\w+: expected the answer within 900 ms, got status 200 after \d{4,} ms/,
      ],
    ];
    for (const [what, check, message] of someOf(1, checks)) {
      it(`stops the switch for ${what}, before anybody is sent there`, async () => {
        await platform.unset("gateway.smoke.paths");
        for (const [key, value] of Object.entries(check))
          await platform.set({ [`gateway.smoke.paths[0].${key}`]: value });
        await withoutLoss(platform, async (traffic) => {
          traffic.mark("failing switch");
          await platform.set({ activeColor: "green" });
          const output = await platform.failingUp();
          assert.match(output, /the route was not moved to green-\w+, blue-\w+ goes on serving/);
          assert.match(output, /smoke check by the guarded route failed/);
          assert.match(output, message);
          assert.equal(await whoAnswers(platform), "blue v1");
          assert.deepEqual(
            [...new Set(traffic.results().map(({ answeredBy }) => answeredBy))].filter(
              (who) => who !== undefined && !["blue v1", "frontend v1"].includes(who),
            ),
            [],
          );
        });
        await platform.set({ activeColor: "blue" });
      });
    }

    it("lets it happen where all is as expected", async () => {
      await platform.unset("gateway.smoke.paths");
      await platform.set({
        "gateway.smoke.paths[0]": "/api/version",
        "gateway.smoke.paths[1].path": "/",
        "gateway.smoke.paths[1].text": 'content="v3"',
        "gateway.smoke.paths[2].path": "/api/none",
        "gateway.smoke.paths[2].status": "404",
        "gateway.smoke.paths[3].path": "/api/version",
        "gateway.smoke.paths[3].withinMilliseconds": "4000",
        activeColor: "green",
      });
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v3");
    });
  });
});

/** Sends a request, one byte per character (Latin-1), and waits for the end of the answer. */
async function sendBytes(url: string, request: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(10_000, () => socket.destroy(new Error("no answer within 10 s")));
  socket.end(Buffer.from(request, "latin1"));
  socket.resume();
  await once(socket, "close");
}

/** Number of generations in the gateway's volume. Each reload adds one. */
async function generations(platform: TestPlatform): Promise<number> {
  const { execIn } = await import("../../engine/exec.ts");
  const gateway = await platform.gateway();
  const { stdout } = await execIn(gateway, ["ls", "/etc/webnet/gateway/generations"]);
  return stdout.trim().split("\n").length;
}
