import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { mustBeIdle } from "../../ops/recover/idle.ts";
import { recover } from "../../ops/recover/recover.ts";
import { localPaths } from "../../dev/toolchain/environment.ts";
import { someOf } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { recovered } from "./support/recovered.ts";
import { lightProbe, withoutLoss } from "./support/serving.ts";
import { pulumiLine } from "../../settings/commands.ts";

const stateFolder = join(localPaths.state, ".pulumi");

describe("recover, of a state that is lost or damaged", function () {
  this.timeout("30m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("recover-state");
    await platform.up();
  });

  after(async () => {
    await recover(platform.target, { report: () => undefined }).catch(() => undefined);
    await platform.remove();
  });

  it("brings a platform whose state was lost back under Pulumi, while it serves and with its passwords", async () => {
    const before = await platform.containers();
    const token = (await platform.stack.outputs())["guardToken"]?.value as unknown;
    await withoutLoss(
      platform,
      async (traffic) => {
        await removeState();
        const made = await platform.target.pulumi(["stack", "init", "--no-select"]);
        assert.equal(made.exitCode, 0, made.stderr);
        const refusal = await platform.failingUp();
        assert.match(
          refusal,
          new RegExp(`nothing was touched[^]*npm run ops -- recover --stack ${platform.name}`),
        );
        assert.deepEqual(await platform.containers(), before);
        traffic.mark("healed");
        const { next } = await recovered(platform);
        assert.equal(next, `Left to do: ${pulumiLine("up", platform.target)}`);
        await platform.up();
      },
      { kinds: lightProbe, maxSeconds: 1200 },
    );
    assert.deepEqual(await platform.containers(), before);
    assert.equal((await platform.stack.outputs())["guardToken"]?.value, token);
    await platform.stack.refresh();
    assert.deepEqual(await platform.up(), []);
    assert.ok(!(await platform.stateFile()).includes(String(token)));
  });

  for (const [how, spoil] of someOf(1, [
    ["cut off", (text: string) => text.slice(0, text.length / 2)],
    ["emptied", () => ""],
    ["overwritten", () => "no state at all\n"],
  ] as const)) {
    it(`puts the newest good state back where the file was ${how}`, async () => {
      const before = await platform.containers();
      const file = platform.stateFilePath;
      await writeFile(file, spoil(await readFile(file, "utf8")));
      await platform.failingUp();
      const { lines } = await recovered(platform);
      assert.match(lines.join("\n"), /The newest good one is of \S+: \S+/);
      await platform.up();
      assert.deepEqual(await platform.containers(), before);
      assert.deepEqual(await platform.up(), []);
    });
  }

  for (const [what, leave, sign] of someOf(2, [
    [
      "a lock, and nothing in the file beside the state",
      async () => {
        await leaveLock();
        await writeFile(`${platform.stateFilePath}.attrs`, "");
      },
      /failed to load checkpoint: EOF/,
    ],
    [
      "a lock, and half a state",
      async () => {
        await leaveLock();
        const text = await platform.stateFile();
        await writeFile(platform.stateFilePath, text.slice(0, text.length / 2));
      },
      /currently locked/,
    ],
    [
      "a lock, and no state",
      async () => {
        await leaveLock();
        await rm(platform.stateFilePath);
      },
      /no stack named/,
    ],
    ["half a lock", () => leaveLock("", ".18f2a.tmp"), /unexpected end of JSON input/],
  ] as const)) {
    it(`heals what a kill in the middle of writing leaves: ${what}`, async () => {
      const before = await platform.containers();
      await leave();
      assert.match(await platform.failingUp(), sign);
      await assert.rejects(mustBeIdle(platform.target), /was interrupted \([^]*npm run ops -- recover/);
      const left = await stateFiles();
      const dry = await recover(platform.target, { dryRun: true, report: () => undefined });
      assert.equal(dry.found, true);
      assert.deepEqual(await stateFiles(), left);
      const { next } = await recovered(platform);
      assert.equal(next, `Left to do: ${pulumiLine("up", platform.target)}`);
      await platform.up();
      assert.deepEqual(await platform.containers(), before);
      assert.deepEqual(await platform.up(), []);
      assert.deepEqual(await recovered(platform), { found: false, next: "Nothing to heal.", lines: [] });
    });
  }

  /** Writes the lock that a killed update leaves. */
  async function leaveLock(text?: string, ending = ""): Promise<void> {
    const lock = { pid: 4_194_304, username: "ann", hostname: hostname(), timestamp: new Date() };
    const folder = join(stateFolder, "locks", "organization", "webnet", platform.name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `0a1b2c3d.json${ending}`), text ?? JSON.stringify(lock));
  }

  /** Every file that Pulumi keeps for the stack, with its size. */
  async function stateFiles(): Promise<string[]> {
    const entries = await readdir(stateFolder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((file) => file.includes(platform.name));
    return await Promise.all(files.map(async (file) => `${file} ${(await stat(file)).size}`));
  }

  async function removeState(): Promise<void> {
    const kept = ["stacks", "history", "backups"].map((part) => join(stateFolder, part, "webnet"));
    for (const folder of kept) {
      for (const name of await readdir(folder))
        if (name === platform.name || name.startsWith(`${platform.name}.`))
          await rm(join(folder, name), { recursive: true });
    }
  }
});
