import assert from "node:assert/strict";
import { engineBy, type Way } from "./support/engine-by.ts";
import { manyFiles } from "./support/frontends.ts";
import { fileOf, Publishing, type Entry, type Found } from "./support/publishing.ts";

const dist = "opt/dist";
const directory = (name: string, mode = 0o755): Entry => ({ name, type: "directory", mode });
const file = (name: string, content: string): Entry => ({ name: `${dist}/${name}`, mode: 0o600, content });
const page = file("index.html", "<html>");
const tree = [directory("opt"), directory(dist, 0o700)];

describe("a frontend's files, from its image into the volume", function () {
  this.timeout("5m");
  let publishing: Publishing;

  before(() => {
    publishing = new Publishing();
  });
  after(() => publishing.remove());
  afterEach(async () => {
    assert.deepEqual(await publishing.left(), [], "containers are left");
  });

  async function publishedWell(tag: string, entries: Entry[]): Promise<Found> {
    const volume = await publishing.volume(tag);
    const outcome = await publishing.publish(await publishing.image(tag, entries), volume);
    assert.deepEqual([outcome.exitCode, outcome.said], [0, ""]);
    return await publishing.found(volume);
  }

  it("are all there, whatever they are called, with links of every kind", async () => {
    const long = `${"deep folder ".repeat(9)}ü/${"name-".repeat(40)}.js`;
    const names = [
      "mit Leerzeichen.png",
      "Übersicht – 概要.pdf",
      "🚢.svg",
      "'\"$`\\.js",
      "-rf",
      ".well-known/x",
      long,
    ];
    const files = [page, ...names.map((name) => file(name, name)), file("assets/app.js", "app")];
    const found = await publishedWell("names", [
      ...tree,
      directory(`${dist}/empty`, 0o700),
      directory(`${dist}/.well-known`),
      directory(`${dist}/${long.split("/")[0] ?? ""}`),
      directory(`${dist}/assets`),
      ...files,
      { ...file("run.sh", "#!"), mode: 0o4755 },
      { name: `${dist}/assets/again.js`, type: "link", linkname: `${dist}/assets/app.js` },
      { name: `${dist}/long.js`, type: "link", linkname: `${dist}/${long}` },
      { name: `${dist}/latest`, type: "symlink", linkname: "assets/app.js" },
      { name: `${dist}/assets/absolute`, type: "symlink", linkname: "/opt/dist/run.sh" },
    ]);
    const at = (name: string) => found.get(`${publishing.release}/${name}`);
    for (const { name, content = "" } of files) {
      const path = name.slice(dist.length + 1);
      const isLinked = path === long || path === "assets/app.js";
      const linked = at(path);
      if (!isLinked || linked?.type === "file")
        assert.deepEqual(linked, await fileOf({ name, content }), name);
    }
    // If a file has two names, the engine's archive has the later one as a link.
    const pairs = [
      ["assets/again.js", "assets/app.js"],
      ["long.js", long],
    ];
    for (const pair of pairs) {
      const [one, other] = pair.map((name) => at(name));
      const types = [one?.type, other?.type].sort();
      assert.deepEqual(types, ["file", "link"], pair.join());
      const target = one?.target ?? other?.target ?? "";
      assert.ok(pair.includes(target.replace(`${publishing.release}/`, "")), target);
    }
    assert.deepEqual(at("latest"), { type: "symlink", mode: 0o777, target: "assets/app.js" });
    assert.deepEqual(at("assets/absolute"), { type: "symlink", mode: 0o777, target: "../run.sh" });
    assert.deepEqual(at("empty"), { type: "directory", mode: 0o755 });
    assert.equal(at("run.sh")?.mode, 0o644);
    assert.equal(at(".published")?.type, "file");
    assert.equal(found.get(`.releases/${publishing.release}.json`)?.type, "file");
  });

  describe("in real sizes", () => {
    const many = manyFiles(3000, 50_000_000);
    const large = [{ name: `${dist}/assets/large.bin`, bytes: 200_000_000 }];
    let images: Record<"many" | "large", string>;

    before(async () => {
      const image = (tag: string, files: Entry[]) =>
        publishing.image(tag, [...tree, page, directory(`${dist}/assets`), ...files]);
      images = { many: await image("many", many), large: await image("large", large) };
    });

    for (const way of ["unix", "tcp", "ssh"] as const) {
      it(`by ${way} are 50 MB in 3000 files, byte for byte`, () => arrive("many", way, many));
    }
    it("are one file of 200 MB, byte for byte", () => arrive("large", "unix", large));

    async function arrive(what: "many" | "large", way: Way, files: Entry[]): Promise<void> {
      const volume = await publishing.volume(`${what}-${way}`);
      const { exitCode, said, seconds } = await engineBy(way, publishing.host, (environment) =>
        publishing.publish(images[what], volume, environment),
      );
      assert.deepEqual([exitCode, said], [0, ""]);
      const found = await publishing.found(volume);
      for (const entry of files) {
        const path = entry.name.replace(dist, publishing.release);
        assert.deepEqual(found.get(path), await fileOf(entry), path);
      }
      console.log(`        ${seconds.toFixed(1)} s`);
    }
  });

  const unfit: [what: string, entries: Entry[], problem: string][] = [
    ["no /opt/dist", [directory("opt")], "it has no directory /opt/dist"],
    ["a file for /opt", [{ name: "opt", content: "x" }], "it has no directory /opt/dist"],
    [
      "a link in its place",
      [directory("opt"), directory("srv"), { name: dist, type: "symlink", linkname: "../srv" }],
      "its /opt/dist is a symbolic link to /srv, not a directory",
    ],
    [
      "a file in its place",
      [directory("opt"), { name: dist, content: "x" }],
      "its /opt/dist is not a directory, but a file",
    ],
    ["nothing in it", tree, "its /opt/dist has no index.html"],
    ["no index.html", [...tree, file("main.js", "")], "its /opt/dist has no index.html"],
    [
      "a folder for index.html",
      [...tree, directory(`${dist}/index.html`)],
      "its /opt/dist/index.html is not a file, but a directory",
    ],
    [
      "an index.html that leads nowhere",
      [...tree, { name: `${dist}/index.html`, type: "symlink", linkname: "home.html" }],
      "its /opt/dist/index.html is a symbolic link to /opt/dist/home.html, where no file is",
    ],
    [
      "a pipe",
      [...tree, page, { name: `${dist}/pipe`, type: "fifo" }],
      "/opt/dist/pipe is a fifo, and only files, directories and links can be kept",
    ],
    [
      "a link out of it",
      [...tree, page, { name: `${dist}/fonts`, type: "symlink", linkname: "/usr/share/fonts" }],
      "/opt/dist/fonts is a symbolic link to /usr/share/fonts, which is not in /opt/dist",
    ],
    [
      "a mark of its own",
      [...tree, page, file(".published", "")],
      "/opt/dist/.published has a name that webnet itself needs",
    ],
  ];
  for (const [what, entries, problem] of unfit) {
    it(`are refused by one clear error where the image has ${what}`, async () => {
      const tag = what.replaceAll(/\W+/g, "-");
      const volume = await publishing.volume(tag);
      const image = await publishing.image(tag, entries);
      const { exitCode, said } = await publishing.publish(image, volume);
      assert.equal(exitCode, 1);
      assert.deepEqual(said.split("\n"), [
        `the frontend of release ${publishing.release} can't be published from its image ${image}:`,
        `  ${problem}`,
        "Nothing of this release was started, and what served before goes on serving.",
        "Allowed are files, directories, and links among them, under /opt/dist with an index.html at its top.",
        "webnet:colors.blue.frontendTag is f1, of the repository in webnet:images.frontend. Name such an image, and run pulumi up again:",
        `  pulumi config set --path 'webnet:colors.blue.frontendTag' <tag> --stack ${publishing.stack}`,
        `  pulumi config set --path 'webnet:images.frontend' <repository> --stack ${publishing.stack}`,
        "",
      ]);
      const left = [...(await publishing.found(volume)).keys()].filter((path) => path.includes("/"));
      assert.deepEqual(left, [], "something of it is left");
    });
  }

  it("that an attempt has left in part are replaced by the next one, whatever they are", async () => {
    const good = await publishing.image("good", [...tree, page]);
    const pipe: Entry = { name: `${dist}/z`, type: "fifo" };
    const broken = await publishing.image("broken", [...tree, page, file("old.js", "old"), pipe]);
    const killed = await publishing.volume("killed");
    await publishing.half(killed, ["index.html/", "assets/", "assets/old.js"]);
    const failed = await publishing.volume("failed");
    assert.equal((await publishing.publish(broken, failed)).exitCode, 1);
    for (const volume of [killed, failed]) {
      const { exitCode, said } = await publishing.publish(good, volume);
      assert.deepEqual([exitCode, said], [0, ""]);
      const paths = [...(await publishing.found(volume)).keys()].filter((path) => path.startsWith("blue"));
      const whole = ["", "/.published", "/index.html"].map((end) => `${publishing.release}${end}`);
      assert.deepEqual(paths.sort(), whole);
    }
  });

  it("that are published need their image no more, and are not touched again", async () => {
    const volume = await publishing.volume("again");
    const image = await publishing.image("again", [...tree, page]);
    assert.equal((await publishing.publish(image, volume)).exitCode, 0);
    const removeGateway = await publishing.standInGateway();
    try {
      const gone = `${publishing.stack}/frontend:gone`;
      const { exitCode, said } = await publishing.publish(gone, volume);
      assert.deepEqual([exitCode, said], [0, ""]);
      const other = await publishing.volume("other");
      const refused = await publishing.publish(gone, other);
      assert.equal(
        refused.said,
        `the frontend's image of release ${publishing.release} is gone from the engine, and its files were not published ` +
          `yet: docker pull ${gone} on the engine's host, then pulumi refresh and pulumi up\n`,
      );
    } finally {
      await removeGateway();
    }
  });
});
