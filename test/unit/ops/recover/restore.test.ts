import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { keptStates } from "../../../../ops/recover/restore.ts";

const checkpoint = (urn: string): string =>
  JSON.stringify({ version: 3, checkpoint: { stack: "prod", latest: { resources: [{ urn, type: "t" }] } } });

describe("states that Pulumi kept", () => {
  let folder: string;
  const target = { project: "webnet", stack: "prod" };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-kept-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function keep(path: string, content: string | Buffer, minutesAgo: number): void {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    const time = new Date(Date.now() - minutesAgo * 60_000);
    utimesSync(file, time, time);
  }

  const found = (): (string | undefined)[] =>
    keptStates(folder, target).map(({ state }) => state.deployment?.resources[0]?.urn);

  it("are the last but one, those of each update, and those that were set aside, the newest first", () => {
    keep("stacks/webnet/prod.json.bak", checkpoint("last"), 1);
    keep("history/webnet/prod/prod-1.checkpoint.json", checkpoint("oldest"), 30);
    keep("history/webnet/prod/prod-2.checkpoint.json.gz", gzipSync(checkpoint("middle")), 20);
    keep("backups/webnet/prod/prod.1.json", checkpoint("older"), 25);
    assert.deepEqual(found(), ["last", "middle", "older", "oldest"]);
  });

  it("are not those of another stack, nor descriptions of updates, nor what can't be read", () => {
    keep("stacks/webnet/prod.json.bak", checkpoint("last").slice(0, 40), 1);
    keep("history/webnet/prod/prod-1.history.json", checkpoint("description"), 2);
    keep("history/webnet/other/other-1.checkpoint.json", checkpoint("other"), 3);
    keep("history/webnet/prod/prod-2.checkpoint.json", "", 4);
    assert.deepEqual(found(), []);
  });
});
