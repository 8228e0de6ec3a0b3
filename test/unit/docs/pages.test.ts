import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { coerce } from "../../../settings/coerce.ts";
import { pathOf } from "../../../settings/commands.ts";
import { settingsSchema } from "../../../settings/schema/settings.ts";
import { schemaAt } from "../../../settings/shape.ts";
import { brokenLink, isRepositoryPath, localLinks, pages, root } from "./pages.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const program = readFileSync(join(root, "index.ts"), "utf8");
const outputs = [...program.matchAll(/^export const (\w+)/gm)].map(([, name]) => name);

/** What a pattern's first group matches, each text once. */
function all(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, group = ""]) => group))];
}

/** The setting and the value of each `pulumi config set` that gives one in plain text. */
function configCommands(lines: readonly string[]): { path: string; value: string }[] {
  const pattern = /pulumi config set (?!--secret)(?:--path )?'?webnet:([\w.]+)'? +([^\s`,;]+)/g;
  return [...lines.join("\n").matchAll(pattern)].map(([, path = "", value = ""]) => ({ path, value }));
}

describe("docs: every page is true", () => {
  it("there are pages to look at, with links, commands and settings", () => {
    assert.ok(pages.length >= 6);
    const everything = pages.map(({ text }) => text).join("\n");
    assert.ok(all(everything, /npm run ([\w:-]+)/g).length >= 8);
    assert.ok(all(everything, /webnet:([\w.]+)/g).length >= 60);
    assert.ok(configCommands(pages.flatMap(({ code }) => code)).length >= 10);
    assert.ok(pages.flatMap(({ inline }) => inline).filter(isRepositoryPath).length >= 50);
    assert.ok(pages.flatMap(localLinks).length >= 12);
    assert.ok(outputs.length >= 6);
  });

  for (const page of pages) {
    describe(page.path, () => {
      it("links to files and headings that are there", () => {
        const broken = localLinks(page).map((target) => brokenLink(page, target));
        assert.deepEqual(
          broken.filter((problem) => problem !== undefined),
          [],
        );
      });

      it("names npm scripts that are there", () => {
        const named = all(page.text, /npm run (?:--silent )?([\w:-]+)/g);
        assert.deepEqual(
          named.filter((name) => !Object.hasOwn(scripts, name)),
          [],
        );
      });

      it("names settings that are there", () => {
        // A second colon makes it a resource's type, as in a preview.
        const named = all(page.text, /\bwebnet:([a-z]\w*(?:\.\w+)*)(?![\w:])/g);
        assert.deepEqual(
          named.filter((name) => schemaAt(settingsSchema, pathOf(name)) === undefined),
          [],
        );
      });

      it("sets settings to values that are allowed", () => {
        const commands = configCommands([...page.code, ...page.inline]);
        const refused = commands.filter(({ path, value }) => {
          const schema = schemaAt(settingsSchema, pathOf(path));
          return !value.startsWith("<") && schema?.safeParse(coerce(schema, value)).success !== true;
        });
        assert.deepEqual(refused, []);
      });

      it("names files of the project that are there", () => {
        const inCode = all(page.code.join("\n"), /(?:^|\s)((?:test|settings|deploy|docs)\/[\w./-]+\.\w+)/g);
        const named = [...page.inline.filter(isRepositoryPath), ...inCode];
        assert.deepEqual(
          named.filter((path) => !existsSync(join(root, path))),
          [],
        );
      });

      it("asks for stack outputs that are there", () => {
        const named = all(page.text, /pulumi stack output (\w+)/g);
        assert.deepEqual(
          named.filter((name) => !outputs.includes(name)),
          [],
        );
      });

      it("names nothing of one machine alone", () => {
        assert.deepEqual(all(page.text, /((?:\/tmp|\/root|\/work)\/\w+)/g), []);
      });
    });
  }
});

describe("docs: the README", () => {
  it("is read in a few minutes, and shows a demo", () => {
    const readme = pages.find(({ path }) => path === "README.md");
    assert.ok(readme);
    assert.ok(readme.text.split(/\s+/).filter((word) => word !== "").length <= 700);
    assert.ok(localLinks(readme).includes("docs/demo.svg"));
  });
});

describe("docs: only the page on moving over tells of the earlier system", () => {
  it("and every other page is for those who never had it", () => {
    const others = pages.filter(({ path }) => path !== "docs/moving-over.md");
    const named = others.filter(({ text }) => /docker[ -]compose|deploy-blue-green|old manual/i.test(text));
    assert.deepEqual(
      named.map(({ path }) => path),
      [],
    );
  });
});

describe("docs: what the pages are read by", () => {
  it("tells paths of the project from other words", () => {
    for (const path of ["settings/", "deploy/gate.ts", "no/such/file.ts", "docs/no.md", ".ci/run"])
      assert.equal(isRepositoryPath(path), true, path);
    for (const word of ["prom/prometheus", ".webnet/", "/opt/dist", "assets/", "npm test", "standby"])
      assert.equal(isRepositoryPath(word), false, word);
  });

  it("finds a link to nowhere, and one to a heading that isn't there", () => {
    const [page] = pages;
    assert.ok(page);
    assert.match(brokenLink(page, "docs/nowhere.md") ?? "", /there is no docs\/nowhere\.md/);
    assert.match(brokenLink(page, "#nowhere") ?? "", /no such heading/);
  });

  it("finds the values that commands set, and no secret's", () => {
    const lines = [
      "pulumi config set --path 'webnet:gateway.httpPort' 8081",
      "pulumi config set --secret webnet:registryPassword    # asks",
      "`pulumi config set webnet:activeColor green`, `pulumi up`",
    ];
    assert.deepEqual(configCommands(lines), [
      { path: "gateway.httpPort", value: "8081" },
      { path: "activeColor", value: "green" },
    ]);
  });
});
