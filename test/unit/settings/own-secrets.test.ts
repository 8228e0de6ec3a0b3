import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFile } from "../../../ops/stack-config.ts";
import { parseSettings, SettingsError, type Settings } from "../../../settings/index.ts";
import { withoutSealed } from "../../../settings/sealed.ts";
import { changed, type Config } from "./support.ts";

const plain = "hunter2";

/** Reads a config whose stack file has this `webnet:backend`; a `{ secure }` in it is an encrypted value. */
function read(backend: Config, inFile: unknown = backend): Settings {
  const config = changed({ backend: withoutSealed(backend, plain) });
  return parseSettings(config, "prod", new Set(["backend"]), { backend: inFile });
}

const sealed = (ciphertext: string) => ({ secure: `v1:${ciphertext}` });

function refusedBy(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.ok(!error.message.includes(plain), error.message);
    return error.message.replace(/^.*\n\n/, "");
  }
  throw new assert.AssertionError({ message: "it is accepted" });
}

describe("settings: the application's own secrets", () => {
  it("are taken where they are encrypted, with their ciphertexts", () => {
    const { backend } = read({ secrets: { "stripe.api-key": sealed("a") }, environment: { TZ: "UTC" } });
    assert.deepEqual(backend.secrets, { "stripe.api-key": plain });
    assert.deepEqual(backend.sealedSecrets, { "stripe.api-key": "v1:a" });
    assert.deepEqual(backend.environment, { TZ: "UTC" });
    assert.deepEqual(parseSettings(changed({}), "prod").backend.sealedSecrets, {});
  });

  it("show other settings of the backend in messages", () => {
    const text = refusedBy(() => read({ secrets: { a: sealed("a") }, stopSeconds: -1 }));
    assert.match(text, /^webnet:backend\.stopSeconds\n.*\n {2}got: {5}-1\n/);
  });

  it("are the same for the operator's commands, which decrypt nothing", () => {
    const text = [
      "config:",
      "  webnet:domain: www.example.com",
      "  webnet:activeColor: blue",
      "  webnet:colors: {blue: {backendTag: a, frontendTag: a}}",
      "  webnet:imageCatalogue: local",
      '  webnet:backend: {stopSeconds: 45, secrets: {a.b: {secure: "v1:x:y"}}}',
    ].join("\n");
    const { backend } = readStackFile(text, "prod");
    assert.deepEqual(
      [backend.secrets, backend.sealedSecrets],
      [{ "a.b": "<encrypted>" }, { "a.b": "v1:x:y" }],
    );
  });

  const cases: [name: string, work: () => unknown, message: string][] = [
    [
      "in plain text, where nothing is encrypted",
      () => parseSettings(changed({ backend: { secrets: { "a.b": plain } } }), "prod"),
      `
webnet:backend.secrets["a.b"]
  problem: it stands in the stack config in plain text; take it for known to others, and change it
  got:     a value that is not shown, because it may be a secret
  allowed: a value that is stored encrypted
  fix:     pulumi config set --secret --path 'webnet:backend.secrets["a.b"]' --stack prod`,
    ],
    [
      "in plain text beside an encrypted one",
      () => read({ secrets: { one: sealed("a"), other: plain } }),
      `
webnet:backend.secrets.other
  problem: it stands in the stack config in plain text; take it for known to others, and change it
  got:     a value that is not shown, because it may be a secret
  allowed: a value that is stored encrypted
  fix:     pulumi config set --secret --path 'webnet:backend.secrets.other' --stack prod`,
    ],
    [
      "among the environment's variables",
      () => read({ environment: { STRIPE_KEY: sealed("a") } }),
      `
webnet:backend.environment.STRIPE_KEY
  problem: it holds a secret, which would not stay one: this setting is readable in the state and on the engine
  got:     a value that is not shown, because it may be a secret
  allowed: a value in plain text; a secret of the application's own is a file, named by the variable STRIPE_KEY_FILE
  fix:     pulumi config rm --path 'webnet:backend.environment.STRIPE_KEY' --stack prod
  then:    pulumi config set --secret --path 'webnet:backend.secrets["stripe.key"]' --stack prod
  or:      pulumi config set --plaintext --path 'webnet:backend.environment.STRIPE_KEY' <value> --stack prod`,
    ],
    [
      "in place of another setting",
      () => read({ stopSeconds: 45, jdbcParameters: { useSSL: sealed("a") } }),
      `
webnet:backend.jdbcParameters.useSSL
  problem: it holds a secret, which would not stay one: this setting is readable in the state and on the engine
  got:     a value that is not shown, because it may be a secret
  allowed: a value in plain text
  fix:     pulumi config rm --path 'webnet:backend.jdbcParameters.useSSL' --stack prod
  then:    pulumi config set --secret --path 'webnet:backend.secrets["<name>"]' --stack prod
  or:      pulumi config set --plaintext --path 'webnet:backend.jdbcParameters.useSSL' <value> --stack prod`,
    ],
    ...[undefined, { secrets: { "a.b": sealed("a") }, stopSeconds: 46 }, sealed("whole")].map(
      (inFile): [string, () => unknown, string] => [
        `whose stack file has ${inFile === undefined ? "none" : "secure" in inFile ? "one text" : "other settings"}`,
        () =>
          parseSettings(changed({ backend: { secrets: { "a.b": plain } } }), "prod", new Set(["backend"]), {
            backend: inFile,
          }),
        `
webnet:backend.secrets
  problem: their encrypted form is not known: the webnet:backend that Pulumi handed over is not the one of Pulumi.prod.yaml
  allowed: encrypted values in Pulumi.prod.yaml, beside Pulumi.yaml: a release's name is made from their encrypted form. Another file (--config-file) or an environment of Pulumi's can't hold them
  fix:     pulumi config set --secret --path 'webnet:backend.secrets["a.b"]' --stack prod`,
      ],
    ),
    [
      "whose variables would be the same",
      () => read({ secrets: { "stripe.api-key": sealed("a"), STRIPE_API_KEY: sealed("b") } }),
      `
webnet:backend.secrets.STRIPE_API_KEY
  problem: the variable STRIPE_API_KEY_FILE, which names its file, would be that of webnet:backend.secrets["stripe.api-key"] too
  got:     "STRIPE_API_KEY"
  allowed: a name that differs from others in more than ".", "-", "_" and upper case
  fix:     pulumi config rm --path 'webnet:backend.secrets.STRIPE_API_KEY' --stack prod`,
    ],
    [
      "whose variable the environment has",
      () => read({ secrets: { "a.b": sealed("a") }, environment: { a_b_file: "/x" } }),
      `
webnet:backend.secrets["a.b"]
  problem: the variable A_B_FILE, which names its file, would be that of webnet:backend.environment.a_b_file too
  got:     "a.b"
  allowed: a name that differs from others in more than ".", "-", "_" and upper case
  fix:     pulumi config rm --path 'webnet:backend.environment.a_b_file' --stack prod`,
    ],
  ];
  for (const [name, work, message] of cases)
    it(`are refused ${name}`, () => {
      assert.equal(refusedBy(work), message.trim());
    });

  for (const name of [
    ...["spring.datasource.password", "SPRING_DATASOURCE_PASSWORD", "spring.datasource.hikari.jdbc-url"],
    ...["server.port", "spring.config.import", "webnet.release", "database-password", "secure"],
    ...["1a", ".hidden", "..data", "a/b", "a b", "", "é", "a".repeat(129)],
  ])
    it(`can't be called ${JSON.stringify(name.slice(0, 40))}`, () => {
      const text = refusedBy(() => read({ secrets: { [name]: sealed("a"), x: sealed("b") } }));
      assert.match(text, /problem: its name is not allowed\n.*\n {2}allowed: up to 128 letters/);
    });

  for (const name of [
    "a",
    "stripe.api-key",
    "spring.mail.password",
    "API_KEY",
    "secure.token",
    "a".repeat(128),
  ])
    it(`can be called ${name.slice(0, 40)}`, () => {
      assert.deepEqual(Object.keys(read({ secrets: { [name]: sealed("a") } }).backend.secrets), [name]);
    });

  it("have bounds in size and number", () => {
    const withSecrets = (secrets: Config) => {
      const inFile = { secrets: Object.fromEntries(Object.keys(secrets).map((key) => [key, sealed(key)])) };
      return parseSettings(changed({ backend: { secrets } }), "prod", new Set(["backend"]), {
        backend: inFile,
      });
    };
    const many = (number: number, bytes: number) =>
      Object.fromEntries(Array.from({ length: number }, (_, at) => [`s${at}`, "é".repeat(bytes / 2)]));
    assert.equal(Object.keys(withSecrets(many(64, 16_384)).backend.secrets).length, 64);
    assert.equal(withSecrets(many(1, 65_536)).backend.secrets["s0"]?.length, 32_768);
    for (const [secrets, path] of [
      [many(65, 2), "webnet:backend.secrets"],
      [many(17, 65_536), "webnet:backend.secrets"],
      [many(1, 65_538), "webnet:backend.secrets.s0"],
      [{ s0: "" }, "webnet:backend.secrets.s0"],
    ] as const)
      assert.equal(refusedBy(() => withSecrets(secrets)).split("\n")[0], path);
  });
});

describe("settings: the environment file", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-environment-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const withFile = (text: string | Buffer, backend: Config = {}): Settings => {
    writeFileSync(join(folder, "prod.env"), text);
    const config = changed({ backend: { environmentFile: "prod.env", ...backend } });
    return parseSettings(config, "prod", new Set(), { directory: folder });
  };

  it("gives variables as they stand, below those of the config", () => {
    const text = "\uFEFF# first\n\nTZ=UTC\r\nA= b = c \nEMPTY=\n  # comment\nURL=https://x/?a=b#c";
    const { environment } = withFile(text, { environment: { TZ: "Europe/Zurich" } }).backend;
    assert.deepEqual(environment, { TZ: "Europe/Zurich", A: " b = c ", EMPTY: "", URL: "https://x/?a=b#c" });
  });

  it("is looked at like the config's own variables", () => {
    assert.match(
      refusedBy(() => withFile("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE=60\n")),
      /^webnet:backend\.environment\.SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE\n {2}problem: MySQL has fewer/,
    );
  });

  for (const [line, what, shown] of [
    ["hunter2", "the line has no `=`", undefined],
    ["export A=hunter2", "its name is not allowed", '"export A"'],
    ["SERVER_PORT=80", "its name is not allowed", '"SERVER_PORT"'],
    ["=hunter2", "its name is not allowed", undefined],
    ["A=1", "line 1 has it already", '"A"'],
    ['B="hunter2"', "its value stands in quotes, which would become part of it", '"B"'],
    ["server_shutdown=hunter2", "it doesn't replace the program's own SERVER_SHUTDOWN", '"server_shutdown"'],
    [`B=${"x".repeat(32_769)}`, "its value is too long", '"B"'],
  ] as const)
    it(`is refused with the line ${line.slice(0, 30)}, by its number`, () => {
      const [at, problem, ...rest] = refusedBy(() => withFile(`A=x\n${line}\n`)).split("\n");
      assert.equal(at, "prod.env, line 2 (webnet:backend.environmentFile of stack prod)");
      assert.equal(problem, `  problem: ${what}`);
      if (shown !== undefined) assert.equal(rest[0], `  got:     ${shown}`);
      assert.equal(rest.at(-1), "  fix:     ${EDITOR:-vi} +2 prod.env");
    });

  it("is refused where it isn't there, or is no text", () => {
    const without = (environmentFile: string) => () =>
      parseSettings(changed({ backend: { environmentFile } }), "prod", new Set(), { directory: folder });
    assert.equal(
      refusedBy(without("no.env")),
      `webnet:backend.environmentFile
  problem: there is no such file
  got:     "no.env"
  allowed: a file of up to 1048576 bytes in UTF-8 with lines of NAME=value; its path is relative to the folder of Pulumi.prod.yaml
  fix:     pulumi config set --path 'webnet:backend.environmentFile' <file> --stack prod`,
    );
    assert.match(refusedBy(without(".")), /problem: it is a folder/);
    assert.match(
      refusedBy(() => withFile(Buffer.from([0x41, 0x3d, 0xff]))),
      /problem: it is not in UTF-8/,
    );
    assert.match(
      refusedBy(() => withFile("#".repeat(1024 * 1024 + 1))),
      /problem: it is larger than/,
    );
  });
});
