import assert from "node:assert/strict";
import { rollbackRequest } from "../../../../ops/deploy/former.ts";
import type { Target } from "../../../../ops/target.ts";
import { platformWith } from "../../support/platform.ts";
import { withGatewayFiles, type GatewayFiles } from "../../support/gateway-files.ts";

const secret = "Secret0MarkOfSomeLength";
const [now, before, older] = ["blue-00000003", "green-00000002", "blue-00000001"] as const;
const generationOf = (release: string) => `${release.slice(-1)}abc-${release}`;

const record = (active: string, keptReleases: string[]) =>
  JSON.stringify({ generation: generationOf(active), digest: "d", active, keptReleases, guardToken: secret });

const note = (release: string, tag: string) =>
  `${JSON.stringify({
    release,
    backendTag: tag,
    frontendTag: tag,
    backendImage: `b:${tag}`,
    frontendImage: `f:${tag}`,
    published: `2026-01-0${release.slice(-1)}T00:00:00.000Z`,
  })}\n`;

const whole: GatewayFiles = {
  serving: generationOf(now),
  records: {
    [generationOf(now)]: record(now, [before, older]),
    [generationOf(before)]: record(before, [older]),
    [generationOf(older)]: record(older, []),
  },
  notes: { [now]: note(now, "v3"), [before]: note(before, "v2"), [older]: note(older, "v1") },
};

/** The note of a release with a backend alone. */
const loneNote = (release: string, tag: string) =>
  `${JSON.stringify({
    release,
    parts: [{ name: "backend", tag, image: `b:${tag}` }],
    published: `2026-01-0${release.slice(-1)}T00:00:00.000Z`,
  })}\n`;

/** Cuts a text off within the token, so that the rest holds a part of the token. */
const cut = (text: string | undefined) => text?.slice(0, text.indexOf(secret) + 12);

async function rollback(files: GatewayFiles): Promise<{ former: unknown; said: string[] }> {
  return await withGatewayFiles(files, async (docker) => {
    const target = {
      stack: "prod",
      prefix: "webnet-prod",
      docker: () => docker,
      settings: () => platformWith().settings,
    } as unknown as Target;
    const said: string[] = [];
    const request = await rollbackRequest(target, (line) => said.push(line));
    return { former: "former" in request ? request.former : request, said };
  });
}

const wanted = { release: before, tags: { backend: "v2", frontend: "v2" } };

describe("ops rollback", () => {
  it("goes back to what served before, and says nothing where all can be read", async () => {
    assert.deepEqual(await rollback(whole), { former: wanted, said: [] });
  });

  it("goes back past a release of the same tags, as after an upgrade of webnet or another setting", async () => {
    const earlier = "blue-00000002";
    const files = {
      ...whole,
      records: {
        // The newest first.
        [generationOf(now)]: record(now, [earlier, before]),
        [generationOf(earlier)]: record(earlier, [before]),
        [generationOf(before)]: record(before, []),
      },
      notes: { ...whole.notes, [earlier]: note(earlier, "v3") },
    };
    assert.deepEqual((await rollback(files)).former, wanted);
    const other = { ...files, notes: { ...files.notes, [earlier]: note(earlier, "v4") } };
    assert.deepEqual((await rollback(other)).former, {
      release: earlier,
      tags: { backend: "v4", frontend: "v4" },
    });
  });

  it("goes back to a release with a backend alone, also of the same colour and tag", async () => {
    const lone = { ...whole, notes: { ...whole.notes, [before]: loneNote(before, "v2") } };
    assert.deepEqual((await rollback(lone)).former, {
      release: before,
      tags: { backend: "v2", frontend: "none" },
    });
    const earlier = "blue-00000002";
    const files = {
      ...whole,
      records: {
        [generationOf(now)]: record(now, [earlier, before]),
        [generationOf(earlier)]: record(earlier, [before]),
      },
      notes: { ...whole.notes, [earlier]: loneNote(earlier, "v3") },
    };
    assert.deepEqual((await rollback(files)).former, {
      release: earlier,
      tags: { backend: "v3", frontend: "none" },
    });
  });

  it("goes past releases that deploys took back, and says why; to them only where nothing else served", async () => {
    const reason = `${before}: 12.0 % of 300 requests failed`;
    const files = { ...whole, rejected: { [before]: reason } };
    assert.deepEqual(await rollback(files), {
      former: { release: older, tags: { backend: "v1", frontend: "v1" } },
      said: [`Skipped: a deploy took ${before} (v2) back: ${reason}`],
    });
    await assert.rejects(
      rollback({ ...files, rejected: { [before]: reason, [older]: "" } }),
      /blue-00000003 serves, and nothing else but what was taken back: there is no way back/,
    );
  });

  it("skips a record that is cut off, and shows nothing of it", async () => {
    const generation = generationOf(before);
    const records = { ...whole.records, [generation]: cut(whole.records[generation]) };
    assert.deepEqual(await rollback({ ...whole, records }), {
      former: wanted,
      said: [`Skipped: the gateway's record of ${generation} can't be read. Its name tells the release.`],
    });
  });

  it("skips a record that is gone or empty", async () => {
    for (const text of [undefined, ""]) {
      const records = { ...whole.records, [generationOf(older)]: text };
      const { former, said } = await rollback({ ...whole, records });
      assert.deepEqual(former, wanted);
      assert.equal(said.length, 1);
    }
  });

  it("knows what serves by its name where that record is cut off", async () => {
    const generation = generationOf(now);
    const records = { ...whole.records, [generation]: cut(whole.records[generation]) };
    const { former, said } = await rollback({ ...whole, records });
    assert.deepEqual(former, wanted);
    assert.match(
      said.join("\n"),
      new RegExp(`^Skipped: the gateway's record of ${generation}, which it serves`),
    );
    assert.ok(!said.join("\n").includes("Secret"));
  });

  it("skips a note that is cut off, and names it", async () => {
    const notes = { ...whole.notes, [older]: note(older, "v1").slice(0, 40) };
    assert.deepEqual(await rollback({ ...whole, notes }), {
      former: wanted,
      said: [`Skipped: the note of ${older} can't be read.`],
    });
  });

  it("takes the config's tags for a standby whose note is cut off, and no others", async () => {
    const notes = { ...whole.notes, [before]: note(before, "v2").slice(0, 40) };
    const backends = { [before]: ["APP_VERSION=sha-2"] };
    const { former } = await rollback({ ...whole, notes, backends });
    assert.deepEqual(former, { release: before, tags: { backend: "sha-2", frontend: "sha-2" } });
    for (const other of [{ [before]: ["APP_VERSION=sha-9"] }, {}])
      await assert.rejects(rollback({ ...whole, notes, backends: other }), /its tags aren't known any more/);
  });
});
