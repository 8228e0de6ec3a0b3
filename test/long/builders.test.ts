import assert from "node:assert/strict";
import { posix } from "node:path";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { bringBrowser } from "../../dev/toolchain/browser.ts";
import { step } from "../../dev/toolchain/step.ts";
import { startGatewayBrowser, type GatewayBrowser } from "../integration/support/gateway-browser.ts";
import { frontendImage } from "../integration/support/own-frontend.ts";
import { WatchedPage } from "../integration/support/watched-page.ts";
import { buildVersion, install, type Files } from "./builders/build.ts";
import { builders, type Builder } from "./builders/builders.ts";

const year = "public, max-age=31536000, immutable";
const versions = ["a", "b"] as const;
const [start, john] = [/^\/$/, /^\/users\/john\.doe$/];
/** Names without a hash, whether or not two versions differ in them. */
const unhashed = /(?:^|\/)(?:favicon\.png|en\.json|version\.json|[^/]+\.html|index\.txt)$/;

describe("the real output of frontend builders", function () {
  this.timeout("60m");
  let platform: TestPlatform;
  let running: GatewayBrowser;
  let repository: string;
  const images: string[] = [];

  before(async () => {
    platform = await TestPlatform.create("builders");
    repository = `${platform.name}/frontend`;
    // The sample's page can bear a stricter policy than that of most builders, whose pages have scripts in them.
    await platform.unset("gateway.headers");
    await platform.up();
    running = await startGatewayBrowser(platform, await bringBrowser());
  });

  after(async () => {
    await running.close();
    const { docker } = platform;
    await platform.remove();
    for (const image of images) await docker.getImage(image).remove({ force: true });
  });

  for (const [at, builder] of builders.entries()) {
    it(`${builder.name}: goes on through a deploy, and keeps what has a hash in its name`, async () => {
      let built: readonly [Files, Files] | undefined;
      await step(builder.name, async (report) => {
        await install(builder, report);
        const [a, b] = versions;
        built = [await buildVersion(builder, a, report), await buildVersion(builder, b, report)];
        return { done: `built twice, ${Object.keys(built[0]).length} files` };
      });
      assert.ok(built !== undefined);
      const [old, renewed] = built.map((files) => placed(builder, files)) as [Files, Files];
      const tags = versions.map((version) => `${at}-${version}`) as [string, string];
      await makeImage(tags[0], old);
      await makeImage(tags[1], renewed);

      await deploy(builder, tags[0]);
      const answers = await readAll(old);
      for (const [name, { cache }] of answers)
        if (unhashed.test(name) || isAltered(name, old, renewed)) assert.equal(cache, "no-cache", name);
      for (const name of Object.keys(old).filter((file) => /made[^/]*\.ttf$/.test(file)))
        assert.equal(answers.get(name)?.cache, year, name);
      await answersMissing(old);
      await leadsToFolders(old);

      const [user, other] = [await open(builder), await open(builder)];
      await shows(user, "a");
      await shows(other, "a");
      await deploy(builder, tags[1]);
      await keptFrom(answers, old, renewed);
      await goesOn(builder, user);
      await startsAnew(builder, other);
      tell(builder, answers, old, renewed);
    });
  }

  async function makeImage(tag: string, files: Files): Promise<void> {
    images.push(`${repository}:${tag}`);
    await frontendImage(platform.docker, `${repository}:${tag}`, files);
  }

  async function deploy({ everyPageIsAFile }: Builder, tag: string): Promise<void> {
    await platform.set({
      "images.frontend": repository,
      "colors.blue.frontendTag": tag,
      "colors.green.frontendTag": tag,
      "gateway.unknownAddresses": everyPageIsAFile === true ? "notFound" : "index",
    });
    await platform.up();
  }

  async function ask(path: string, headers: Record<string, string> = {}) {
    const answer = await fetch(`${platform.url}/${path.split("/").map(encodeURIComponent).join("/")}`, {
      headers: { accept: "*/*", "sec-fetch-mode": "no-cors", ...headers },
      redirect: "manual",
    });
    return {
      status: answer.status,
      cache: answer.headers.get("cache-control"),
      tag: answer.headers.get("etag") ?? "",
      leads: answer.headers.get("location"),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }

  type Answer = Awaited<ReturnType<typeof ask>>;

  /** Reads every file of the release that serves: as it is, kept for a year, or else asked for each time. */
  async function readAll(files: Files): Promise<Map<string, Answer>> {
    const answers = new Map<string, Answer>();
    for (const [name, content] of Object.entries(files)) {
      const answer = await ask(name);
      assert.equal(answer.status, 200, name);
      assert.ok(answer.body.equals(content), name);
      if (answer.cache !== year) {
        assert.equal(answer.cache, "no-cache", name);
        assert.equal((await ask(name, { "if-none-match": answer.tag })).status, 304, name);
      }
      answers.set(name, answer);
    }
    return answers;
  }

  /** What a page loads and isn't there is 404, beside each script that is there and below the root. */
  async function answersMissing(files: Files): Promise<void> {
    const folders = new Set(
      Object.keys(files)
        .filter((name) => name.endsWith(".js"))
        .map((name) => posix.dirname(name)),
    );
    for (const folder of ["", ...folders])
      for (const name of ["missing-0a1b2c3d.js", "missing.css", "0123456789abc.js"])
        assert.equal((await ask(posix.join(folder, name))).status, 404, `${folder}/${name}`);
  }

  async function leadsToFolders(files: Files): Promise<void> {
    for (const name of Object.keys(files)) {
      const folder = /^(.+)\/index\.html$/.exec(name)?.[1];
      if (folder === undefined) continue;
      const { status, leads } = await ask(folder);
      assert.deepEqual([status, leads], [308, `/${folder}/`]);
    }
  }

  /** After the next deploy: what only the old release has is there, and what has changed is new. */
  async function keptFrom(answers: Map<string, Answer>, old: Files, renewed: Files): Promise<void> {
    for (const [name, content] of Object.entries(old)) {
      const isOnlyOld = renewed[name] === undefined;
      if (!isOnlyOld && !isAltered(name, old, renewed)) continue;
      const answer = await ask(name, { "if-none-match": answers.get(name)?.tag ?? "" });
      if (isOnlyOld) {
        const found = answer.status === 304 ? content : answer.body;
        assert.ok([200, 304].includes(answer.status) && found.equals(content), `${name} is lost`);
      } else assert.ok(answer.status === 200 && answer.body.equals(renewed[name] ?? content), name);
    }
  }

  async function open({ base = "/" }: Builder): Promise<WatchedPage> {
    const page = await WatchedPage.blank(running.browser, running.url);
    await page.page.goto(running.url + base);
    return page;
  }

  async function shows(page: WatchedPage, version: string): Promise<void> {
    await page.shows("version", version);
    await page.shows("texts", `texts of ${version}`);
  }

  async function press(page: WatchedPage, text: string): Promise<void> {
    await page.page.getByText(text, { exact: true }).click();
  }

  /** A page from before the deploy loads what it has not loaded yet, moves, is reloaded, and comes back. */
  async function goesOn(builder: Builder, page: WatchedPage): Promise<void> {
    await press(page, "More");
    await page.shows("late", "late of a");
    await press(page, "Start");
    await press(page, "John");
    await page.shows("where", john);
    await page.page.reload();
    await shows(page, "b");
    await page.shows("where", john);
    await page.page.goto(`${running.url}${builder.base ?? "/"}${builder.person ?? "users/john.doe"}`);
    await page.shows("where", john);
    await press(page, "Start");
    await page.shows("where", start);
    await page.page.goBack();
    await page.shows("where", john);
    await press(page, "More");
    await page.shows("late", "late of b");
    await page.closeWell();
  }

  /** A page from before the deploy first moves, and comes back. */
  async function startsAnew(builder: Builder, page: WatchedPage): Promise<void> {
    await press(page, "John");
    await page.shows("where", john);
    await page.page.goBack();
    await page.shows("where", start);
    await page.page.goto(`${running.url}${builder.base ?? "/"}users/john.doe?as=guest`);
    await page.shows("where", john);
    await shows(page, "b");
    await page.closeWell();
  }
});

/** The files as an image has them: below the base path, with the top page that unknown addresses get. */
function placed({ base = "/" }: Builder, files: Files): Files {
  if (base === "/") return files;
  const below = Object.entries(files).map(([name, content]) => [base.slice(1) + name, content] as const);
  return { ...Object.fromEntries(below), ...(files["index.html"] && { "index.html": files["index.html"] }) };
}

function isAltered(name: string, old: Files, renewed: Files): boolean {
  const [before, after] = [old[name], renewed[name]];
  return before !== undefined && after !== undefined && !before.equals(after);
}

function tell({ name }: Builder, answers: Map<string, { cache: string | null }>, old: Files, renewed: Files) {
  const kept = [...answers].filter(([, { cache }]) => cache === year).length;
  const gone = Object.keys(old).filter((file) => renewed[file] === undefined);
  const asked = gone.filter((file) => answers.get(file)?.cache !== year);
  const askedAnew = asked.length === 0 ? "" : `, but asked for anew: ${asked.join(", ")}`;
  console.log(
    `      ${name}: of ${answers.size} files, ${kept} are kept for a year; the next deploy has ${gone.length} no more: all were found${askedAnew}`,
  );
}
