import assert from "node:assert/strict";
import { Agent } from "node:http";
import type { Socket } from "node:net";
import { bringBrowser } from "../../dev/toolchain/browser.ts";
import { startGatewayBrowser, type GatewayBrowser } from "./support/gateway-browser.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { ask, mixedConnections, readWhile, recordReadings, turns, type Reading } from "./support/readings.ts";
import { WatchedPage } from "./support/watched-page.ts";

const clients = 4;
const heldConnections = 12;

describe("a browser", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  let running: GatewayBrowser | undefined;

  before(async () => {
    platform = await TestPlatform.create("browser");
    await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
    const [, program] = await Promise.all([platform.up(), bringBrowser()]);
    running = await startGatewayBrowser(platform, program);
  });

  after(async () => {
    await running?.close();
    await platform.remove();
  });

  function blank(): Promise<WatchedPage> {
    assert.ok(running !== undefined, "no browser was started");
    return WatchedPage.blank(running.browser, running.url);
  }

  async function open(): Promise<WatchedPage> {
    const page = await blank();
    await page.load();
    return page;
  }

  async function switchTo(color: "blue" | "green"): Promise<void> {
    await platform.set({ activeColor: color });
    await platform.up();
  }

  async function deployInPlace(color: "blue" | "green", frontend: string, backend: string): Promise<void> {
    await platform.set({
      [`colors.${color}.frontendTag`]: frontend,
      [`colors.${color}.backendTag`]: backend,
    });
    await platform.up();
  }

  /** Checks that a new visitor gets everything from one release. */
  async function newcomerSees(frontend: string, backend: string): Promise<void> {
    const page = await open();
    await page.shows("frontend", frontend);
    await page.shows("backend", backend);
    await page.shows("texts", `(texts of ${frontend})`);
    await page.shows("files", "4 pictures and a font are loaded.");
    assert.equal(await page.page.locator("#update").isVisible(), false);
    await page.useLazyFile();
    await page.closeWell();
  }

  it("goes on with a page through a switch and a rollback", async () => {
    const [unused, early, returning] = [await open(), await open(), await open()];
    await returning.shows("texts", "(texts of v1)");
    await early.shows("backend", "v1 (blue)");
    await early.shows("events", "from v1 (blue)");

    await switchTo("green");
    await newcomerSees("v2", "v2 (green)");
    await early.shows("backend", "v2 (green)");
    await early.shows("update", "Version v2 is there");
    await early.useLazyFile();
    await early.shows("events", "from v1 (blue)");

    await reloads(returning, "v2");
    assert.deepEqual(await answerTo("/assets/i18n/en-of-v2.json"), [200, "no-cache"]);
    assert.deepEqual(await answerTo("/assets/i18n/en-of-v1.json"), [404, "no-store"]);

    const between = await open();
    await between.shows("events", "from v2 (green)");
    await switchTo("blue");
    await newcomerSees("v1", "v1 (blue)");
    await reloads(returning, "v1");
    await between.shows("backend", "v1 (blue)");
    await between.shows("update", "Version v1 is there");
    await between.useLazyFile();
    // A stream stays with its first release until the gateway ends it. Those of the other pages have ended before.
    await between.shows("events", "from v1 (blue)");
    await early.page.locator("#update").waitFor({ state: "hidden" });

    await unused.useLazyFile();
    for (const page of [unused, early, between, returning]) await page.closeWell();
  });

  /** Reloads a page. The browser must not take a cached file of the old release for the new file of the same name. */
  async function reloads(page: WatchedPage, frontend: string): Promise<void> {
    await page.page.reload();
    // An idle connection from before the switch may bring one more old page, which then announces the new version.
    if ((await page.page.locator("#frontend").innerText()) !== frontend) await page.page.reload();
    await page.shows("frontend", frontend);
    await page.shows("texts", `(texts of ${frontend})`);
    await page.shows("files", "4 pictures and a font are loaded.");
  }

  async function answerTo(path: string): Promise<[status: number, kept: string | null]> {
    const answer = await fetch(`${platform.url}${path}`);
    await answer.arrayBuffer();
    return [answer.status, answer.headers.get("cache-control")];
  }

  it("gets every file of the frontend, whatever it is called, and keeps those with a hash in their name", async () => {
    const page = await open();
    await page.shows("files", "4 pictures and a font are loaded.");
    const [script = "", font = ""] = [/\/index-[\w-]+\.js$/, /\.ttf$/].map((ending) =>
      page.assets.find((path) => ending.test(path)),
    );
    for (const path of [script, font])
      assert.deepEqual(await answerTo(path), [200, "public, max-age=31536000, immutable"], path);
    const named = [
      "pictures/blue sky.png",
      "pictures/küste.png",
      "pictures/again.png",
      "downloads/brochure.pdf",
    ];
    for (const name of named) assert.deepEqual(await answerTo(`/assets/${name}`), [200, "no-cache"], name);
    const [blueSky, again] = await Promise.all(
      ["blue sky", "again"].map(async (name) =>
        Buffer.from(await (await fetch(`${platform.url}/assets/pictures/${name}.png`)).arrayBuffer()),
      ),
    );
    assert.ok(blueSky !== undefined && again !== undefined && blueSky.equals(again));
    await page.closeWell();
  });

  itLong("is answered by one release over each connection, whenever it loads the page", async () => {
    const inBrowser: Reading[] = [];
    const stop = new AbortController();
    const loading = Promise.all([loadAnew(stop.signal, inBrowser), reloadOne(stop.signal, inBrowser)]);
    const single = await readWhile(platform.url, clients, async () => {
      await switchTo("green");
      await switchTo("blue");
      stop.abort();
      await loading;
    });
    for (const readings of single) {
      assert.deepEqual(mixedConnections(readings), {});
      assert.deepEqual(turns(readings), ["v1", "v2", "v1"]);
    }
    assert.deepEqual(mixedConnections(inBrowser), {});
    assert.deepEqual([...new Set(inBrowser.map(({ version }) => version))].sort(), ["v1", "v2"]);
  });

  /** Loads the page as one new visitor after the other. */
  async function loadAnew(stop: AbortSignal, readings: Reading[]): Promise<void> {
    for (let count = 0; !stop.aborted; count++) {
      const page = await blank();
      await recordReadings(page.page, `new ${count}`, readings);
      await page.load();
      await page.shows("backend", "(");
      await page.closeWell();
    }
  }

  /** Reloads the page again and again over the open connections. */
  async function reloadOne(stop: AbortSignal, readings: Reading[]): Promise<void> {
    const page = await blank();
    await recordReadings(page.page, "one", readings);
    await page.load();
    while (!stop.aborted) {
      await page.shows("backend", "(");
      await page.page.reload();
    }
    await page.closeWell();
  }

  it("gets the files of a new page over connections from before the switch", async () => {
    const held = Array.from({ length: heldConnections }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    try {
      const sockets = new Map<Agent, Socket>();
      const ended = new AbortController();
      const switching = switchTo("green").finally(() => {
        ended.abort();
      });
      let page = "";
      // One after the other: at the switch, most connections are idle, but none for long.
      for (const agent of repeated(held)) {
        sockets.set(agent, (await ask(platform.url, agent)).socket);
        page = await (await fetch(platform.url, { headers: { connection: "close" } })).text();
        if (page.includes('content="v2"') || ended.signal.aborted) break;
      }
      const script = /\/assets\/index-[^"]+\.js/.exec(page)?.[0] ?? "";
      const answers = await Promise.all(held.map((agent) => ask(`${platform.url}${script}`, agent)));
      await switching;
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      const reused = held.filter((agent, index) => answers[index]?.socket === sockets.get(agent));
      assert.notEqual(reused.length, 0, "no connection from before the switch was left to ask over");
    } finally {
      for (const agent of held) agent.destroy();
    }
  });

  it("loads the lazy files of a page whose release is deleted, and of one some deploys ago", async () => {
    await switchTo("blue");
    const [early, earliest] = [await open(), await open()];
    const first = await platform.output("release");

    await deployInPlace("blue", "v3", "v3");
    assert.ok(!(await platform.containers()).has(`backend-${first}`), `${first} is still there`);
    await newcomerSees("v3", "v3 (blue)");
    await early.shows("update", "Version v3 is there");
    await early.useLazyFile();

    await switchTo("green");
    await deployInPlace("green", "v2", "v3");
    await newcomerSees("v2", "v3 (green)");
    await earliest.shows("backend", "v3 (green)");
    await earliest.useLazyFile();
    for (const page of [early, earliest]) await page.closeWell();
  });

  it("is told that a file is missing, instead of getting the page for it", async () => {
    const page = await open();
    const answer = await page.page.evaluate(async () => {
      const response = await fetch("/assets/details-missing0.js");
      return {
        status: response.status,
        body: await response.text(),
        kept: response.headers.get("cache-control"),
      };
    });
    assert.equal(answer.status, 404);
    assert.equal(answer.kept, "no-store");
    assert.doesNotMatch(answer.body, /webnet-version/);
    await page.page.context().close();
  });
});

function* repeated<T>(items: readonly T[]): Generator<T> {
  for (;;) yield* items;
}
