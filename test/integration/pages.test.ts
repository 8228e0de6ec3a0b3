import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { frontendImage } from "./support/own-frontend.ts";
import { itLong } from "./support/length.ts";

const asBrowser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-mode": "navigate" };
const asScript = { accept: "*/*", "sec-fetch-mode": "no-cors" };
const year = "public, max-age=31536000, immutable";

/** Names as builders give them: Angular's root, CRA's and Next's folders, Vite's. Each build has others. */
const hashed = {
  old: [
    "main-7QZ2KX4M.js",
    "static/js/main.0f1e2d3c.js",
    "_next/static/chunks/webpack-3b7a1c9d5e2f4a68.js",
    "assets/index-C4J-x9_a.js",
  ],
  new: ["main-P5RT3VWA.js", "static/js/main.9a8b7c6d.js"],
};
const manifest = "_next/static/Xk3jP9_qLmN2-vBtR7wYz/_buildManifest.js";
const text = "word ".repeat(2000);

/** A frontend whose files have the same names and sizes in every version, but for the hashed ones. */
function files(version: string, names: readonly string[]): Record<string, string | Buffer> {
  return {
    "index.html": `<h1>page of ${version}</h1>`,
    "404.html": `<h1>lost in ${version}</h1>`,
    "about.html": `<h1>about ${version}</h1>`,
    "docs/index.html": `<h1>docs of ${version}</h1>`,
    "people/john.doe.html": `<h1>john of ${version}</h1>`,
    "people/mary.roe/index.html": `<h1>mary of ${version}</h1>`,
    "config.json": JSON.stringify({ version }),
    "assets/i18n/en.json": JSON.stringify({ version }),
    "large.txt": text,
    "packed.js": text,
    "packed.js.gz": gzipSync(`packed before, in ${version}`),
    ...Object.fromEntries(names.map((name) => [name, `hashed of ${version}`])),
  };
}

describe("a frontend's pages and files", function () {
  this.timeout("5m");
  let platform: TestPlatform;
  let repository: string;

  before(async () => {
    platform = await TestPlatform.create("pages");
    repository = `${platform.name}/frontend`;
    const { docker } = platform;
    await frontendImage(docker, `${repository}:old`, {
      ...files("old", [...hashed.old, manifest]),
      "only-old.json": "{}",
    });
    await frontendImage(docker, `${repository}:new`, files("new", hashed.new));
    await platform.set({
      "images.frontend": repository,
      "gateway.proxyTimeoutSeconds": "3",
      "colors.blue.frontendTag": "old",
      "colors.green.frontendTag": "old",
    });
    await platform.up();
  });

  after(async () => {
    const { docker } = platform;
    await platform.remove();
    for (const tag of ["old", "new"]) await docker.getImage(`${repository}:${tag}`).remove({ force: true });
  });

  async function ask(path: string, headers: Record<string, string> = asScript, method = "GET") {
    const answer = await fetch(`${platform.url}/${path}`, { headers, method, redirect: "manual" });
    return {
      status: answer.status,
      cache: answer.headers.get("cache-control"),
      tag: answer.headers.get("etag"),
      time: answer.headers.get("last-modified"),
      leads: answer.headers.get("location"),
      range: answer.headers.get("content-range"),
      body: await answer.text(),
    };
  }

  it("has its hashed files kept for a year, wherever the build puts them, and nothing else", async () => {
    for (const name of hashed.old) assert.equal((await ask(name)).cache, year, name);
    for (const name of ["config.json", "assets/i18n/en.json", "packed.js", manifest, "about.html"])
      assert.equal((await ask(name)).cache, "no-cache", name);
  });

  it("gets the page where somebody goes, and 404 where a page loads what isn't there", async () => {
    for (const path of ["users/john.doe", "items/1.1", "invoices/12345678.90", "a/b.c/d"]) {
      const page = await ask(path, asBrowser);
      assert.deepEqual([page.status, page.body], [200, "<h1>page of old</h1>"], path);
    }
    for (const path of ["missing.js", "static/js/main.11111111.js", "logo.png", "assets/x.css"])
      assert.equal((await ask(path)).status, 404, path);
    assert.match((await ask("about", asBrowser)).body, /about old/);
    assert.match((await ask("docs/", asBrowser)).body, /docs of old/);
  });

  it("has pages in files and folders with a dot, and leads to a folder's address with a slash", async () => {
    assert.match((await ask("people/john.doe", asBrowser)).body, /john of old/);
    assert.match((await ask("people/mary.roe/", asBrowser)).body, /mary of old/);
    for (const [path, leads] of [
      ["docs", "/docs/"],
      ["docs?a=/b&c", "/docs/?a=/b&c"],
      ["people/mary.roe", "/people/mary.roe/"],
      ["/docs", "/docs/"],
      ["people/mary%2eroe", "/people/mary%2eroe/"],
    ] as const) {
      const answer = await ask(path, asBrowser);
      assert.deepEqual([answer.status, answer.leads, answer.cache], [308, leads, "no-cache"], path);
    }
    for (const path of ["people", "docs/index", "docs/nothing"])
      assert.match((await ask(path, asBrowser)).body, /page of old|docs of old/, path);
  });

  it("is asked whether a copy is still good, and says so", async () => {
    const first = await ask("config.json");
    assert.match(first.tag ?? "", /^"/);
    assert.equal(first.time, null);
    const again = await ask("config.json", { ...asScript, "if-none-match": first.tag ?? "" });
    assert.deepEqual([again.status, again.body], [304, ""]);
    // Another release with the same files is another answer: whether they are the same, nobody has compared.
    assert.equal((await ask("config.json", { ...asScript, "if-none-match": '"x"' })).status, 200);
  });

  it("gives parts of files, heads, and what the build has compressed", async () => {
    const part = await ask("large.txt", { range: "bytes=5-9", "accept-encoding": "identity" });
    assert.deepEqual([part.status, part.range, part.body], [206, `bytes 5-9/${text.length}`, "word "]);
    const head = await ask("large.txt", asScript, "HEAD");
    assert.deepEqual([head.status, head.body], [200, ""]);
    assert.equal((await ask("packed.js", { "accept-encoding": "gzip" })).body, "packed before, in old");
    assert.equal((await ask("packed.js", { "accept-encoding": "identity" })).body, text);
    assert.equal((await ask("large.txt", { "accept-encoding": "gzip" })).body, text);
  });

  it("keeps the hashed files of a page from before a deploy, and no other file of it", async () => {
    const before = await ask("config.json");
    await platform.set({ "colors.blue.frontendTag": "new", "colors.green.frontendTag": "new" });
    await platform.up();
    for (const name of [...hashed.old, manifest]) {
      const file = await ask(name);
      assert.deepEqual([file.status, file.body], [200, "hashed of old"], name);
    }
    assert.equal((await ask("only-old.json")).status, 404);
    // The same name, size and time as before.
    const after = await ask("config.json", { ...asScript, "if-none-match": before.tag ?? "" });
    assert.deepEqual([after.status, after.body], [200, JSON.stringify({ version: "new" })]);
    assert.notEqual(after.tag, before.tag);
    for (const name of hashed.new) assert.equal((await ask(name)).cache, year);
  });

  it("says 404 by its own page where every page is a file", async () => {
    await platform.set({ "gateway.unknownAddresses": "notFound" });
    await platform.up();
    const lost = await ask("nowhere", asBrowser);
    assert.deepEqual([lost.status, lost.body], [404, "<h1>lost in new</h1>"]);
    assert.equal(lost.cache, "no-store");
    assert.equal((await ask("users/john.doe", asBrowser)).status, 404);
    assert.match((await ask("about", asBrowser)).body, /about new/);
    assert.doesNotMatch((await ask("nowhere", { accept: "application/json" })).body, /lost in/);
  });

  it("has a plain page for what it brings none for", async () => {
    const { docker } = platform;
    const backend = docker.getContainer(
      `webnet-${platform.name}-backend-${await platform.output("release")}`,
    );
    await backend.pause();
    try {
      const page = await ask("api/version", asBrowser);
      assert.ok([502, 504].includes(page.status), String(page.status));
      assert.match(page.body, /<h1>(?:Not available|No answer in time)<\/h1>/);
    } finally {
      await backend.unpause();
    }
  });

  itLong("has none where it wants none", async () => {
    await platform.set({ "gateway.errorPages": "false" });
    await platform.up();
    assert.match((await ask("nowhere", asBrowser)).body, /404 Not Found/);
  });
});
