import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { z } from "zod";
import { readStackFile } from "../../ops/stack-config.ts";
import { readStackConfig } from "../../pulumi/stack-file.ts";
import { parseSettings, SettingsError } from "../../settings/index.ts";
import { applyChanges, commandFor } from "../../settings/edit.ts";
import { BareStack } from "./support/bare-stack.ts";

const smallest = { domain: "www.example.com", activeColor: "blue", imageCatalogue: "local" };

const configSchema = z.record(
  z.string(),
  z.object({ value: z.string(), objectValue: z.unknown().optional(), secret: z.boolean() }),
);

/** Tags that some version of YAML doesn't read as text. */
const trickyTags = [
  ...["2024_01_05", "0123456", "12e0004", "1_000", "20240105", "0", "00", "1.10", "0x1F", "0o17", "0b1"],
  ...[
    "2024-01-05",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "true",
    "False",
    "null",
    "NULL",
    "1e3",
    "1.",
    "0.5e1",
  ],
  ...[
    "9007199254740993",
    "18446744073709551616",
    "123456789012345678901234567890",
    "nan",
    "inf",
    "_1",
    "1__",
  ],
];

const least = `config:
  webnet:domain: www.example.com
  webnet:activeColor: blue
  webnet:imageCatalogue: local
  webnet:colors:
    blue:
      backendTag: sha-1
      frontendTag: sha-1
`;

/** True if the text can follow `key: ` without quotes. */
function isPlain(text: string): boolean {
  const document = parseDocument(`a: ${text}\n`, { schema: "failsafe", logLevel: "silent" });
  return document.errors.length === 0 && document.get("a") === text && !/^[&*!|>%@`'"{[#,?]/.test(text);
}

const digits = fc.stringMatching(/^[0-9]{1,4}$/);
const scalar = fc
  .oneof(
    fc.constantFrom(...trickyTags, "~", "", "-0", "+1", "-0x1f", "0b-1", "0o+7", ".5", ".5_0", "._5", "1:30"),
    fc.constantFrom("True", "TRUE", "tRUE", "Null", "nULL", "1e400", "-1e400", "1e-400", "0777", "08", "-09"),
    fc.stringMatching(/^[-+]?[0-9][0-9_.eExXobBO+-]{0,8}$/),
    fc.stringMatching(/^[0-9a-fA-FxoXO_]{1,20}$/),
    fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/),
    fc.stringMatching(/^[-+.]?[0-9_]{1,22}(\.[0-9_]{0,4})?([eE][-+]?[0-9]{1,3})?$/),
    fc.tuple(digits, digits, digits).map(([year, month, day]) => `${year.padStart(4, "1")}-${month}-${day}`),
    fc
      .record({
        day: fc.stringMatching(/^20[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]$/),
        joint: fc.constantFrom("T", "t", " "),
        time: fc.stringMatching(/^[0-2]?[0-9]:[0-6]?[0-9]:[0-6]?[0-9]([.,][0-9]{1,10})?$/),
        zone: fc.constantFrom("Z", "", "+02:00", "-11:30", "+24:00", "+25:00", " Z", "z"),
      })
      .map(({ day, joint, time, zone }) => `${day}${joint}${time}${zone}`),
  )
  .filter((text) => isPlain(text) && !/^[-+]?\.(inf|nan)$/i.test(text));

const written = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: scalar.map((text) => `'${text}'`) },
  { weight: 1, arbitrary: scalar.map((text) => `"${text}"`) },
);

describe("the stack's file", function () {
  this.timeout("3m");
  let bare: BareStack;

  before(async () => {
    bare = new BareStack("bare");
    await bare.must("stack", "init", "--no-select");
  });

  after(() => {
    bare[Symbol.dispose]();
  });

  /** The config that Pulumi passes to a program. */
  async function byPulumi(): Promise<Record<string, unknown>> {
    const config = configSchema.parse(JSON.parse(await bare.must("config", "--json")));
    return Object.fromEntries(
      Object.entries(config).map(([key, { value, objectValue }]) => [
        key,
        objectValue === undefined ? value : (JSON.parse(value) as unknown),
      ]),
    );
  }

  const read = (): string => readFileSync(bare.target.configFile, "utf8");

  it("is read by the operator's commands as by Pulumi, whatever stands in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(written, { minLength: 250, maxLength: 300 }), async (scalars) => {
        const lines = scalars.map((text, at) => `k${at}: ${text}`);
        bare.write(
          [
            "config:",
            ...lines.map((line, at) => (at % 9 === 0 ? `  ${line}` : `  webnet:${line}`)),
            "  webnet:object:",
            ...lines.map((line) => `    ${line}`),
            `  webnet:list: [${scalars.filter((text) => !/[,\]]/.test(text) && text !== "").join(", ")}]`,
          ].join("\n"),
        );
        assert.deepEqual(readStackConfig(read(), "bare"), await byPulumi());
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  for (const text of [".inf", "-.Inf", ".NaN"]) {
    it(`is refused by both with ${text}`, async () => {
      bare.write(`config:\n  webnet:a:\n    b: ${text}\n`);
      await assert.rejects(bare.must("config", "--json"));
      assert.throws(() => readStackConfig(read(), "bare"), SettingsError);
    });
  }

  it("gives every tag that a deploy writes to Pulumi as it is", async () => {
    const changes = trickyTags.map((value, at) => ({ path: `webnet:tags.${keyOf(at)}`, value }));
    bare.write(applyChanges(least, changes));
    const { "webnet:tags": tags } = await byPulumi();
    assert.deepEqual(Object.values(tags as object), trickyTags);
  });

  it("never makes another tag of one without quotes: it is refused, with a command that sets it", async () => {
    bare.write(
      ["config:", "  webnet:tags:", ...trickyTags.map((tag, at) => `    ${keyOf(at)}: ${tag}`)].join("\n"),
    );
    const given = Object.values((await byPulumi())["webnet:tags"] as object) as unknown[];
    const refused: { tag: string; fix: string }[] = [];
    for (const [at, tag] of trickyTags.entries()) {
      const raw = { ...smallest, colors: { blue: { backendTag: given[at], frontendTag: "sha-1" } } };
      const byProgram = outcome(() => parseSettings(raw, "bare"));
      const byOps = outcome(() =>
        readStackFile(least.replace("backendTag: sha-1", `backendTag: ${tag}`), "bare"),
      );
      assert.deepEqual(byOps, byProgram);
      if ("tag" in byProgram) assert.equal(byProgram.tag, tag);
      else
        refused.push({
          tag,
          fix: /fix: {5}(pulumi config set .*<tag>.*)$/m.exec(byProgram.refused)?.[1] ?? "",
        });
    }
    assert.ok(refused.length > trickyTags.length / 3);
    bare.write(least);
    for (const { tag, fix } of refused) {
      assert.match(fix, /<tag>/);
      shell(fix.replace("<tag>", tag));
      assert.equal(readStackFile(read(), "bare").colors.blue?.backendTag, tag);
    }
  });

  it("gets a tag as it is by the command that is shown for a change", () => {
    bare.write(least);
    for (const tag of ["20240105", "0123456", "12e0004", "true", "0", "2024_01_05", "2024-01-05"]) {
      shell(`${commandFor({ path: "webnet:colors.blue.backendTag", value: tag })} --stack bare`);
      assert.equal(readStackFile(read(), "bare").colors.blue?.backendTag, tag);
    }
  });

  function shell(command: string): void {
    const { directory: cwd, environment: env } = bare.target;
    execFileSync("sh", ["-c", command], { cwd, env, stdio: "pipe" });
  }
});

// Pulumi sorts the keys of an object, so these keys sort in their order.
function keyOf(at: number): string {
  return `t${String(at).padStart(3, "0")}`;
}

function outcome(
  work: () => ReturnType<typeof parseSettings>,
): { tag: string | undefined } | { refused: string } {
  try {
    return { tag: work().colors.blue?.backendTag };
  } catch (error) {
    if (error instanceof SettingsError) return { refused: error.message };
    throw error;
  }
}
