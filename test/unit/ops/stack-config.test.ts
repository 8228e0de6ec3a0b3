import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "../../../ops/stack-config.ts";
import { readStackConfig } from "../../../pulumi/stack-file.ts";
import { SettingsError } from "../../../settings/index.ts";
import { projectRoot } from "../../../host/project.ts";

const local = readFileSync(join(projectRoot, "Pulumi.local.yaml"), "utf8");

describe("ops/stack-config", () => {
  it("reads the stack's file as the program gets it from Pulumi", () => {
    const settings = readStackFile(local, "local");
    assert.equal(settings.activeColor, "blue");
    assert.equal(settings.gateway.httpPort, 8080);
    assert.equal(settings.backend.limits.memoryMegabytes, 128);
    assert.equal(settings.colors.green?.backendTag, "v1");
  });

  it("takes an encrypted password for a secret, and doesn't read it", () => {
    const text = [
      local.trimEnd(),
      "  webnet:registry:",
      "    address: registry.example",
      "    username: deploy",
      "  webnet:registryPassword:",
      "    secure: v1:abc:def",
    ].join("\n");
    assert.equal(readStackFile(text, "local").registryPassword, "<encrypted>");
  });

  it("refuses what the program would refuse, in the same words", () => {
    assert.throws(
      () => readStackFile(`${local}  webnet:activeColour: blue\n`, "local"),
      (error: unknown) => error instanceof SettingsError && error.message.includes("webnet:activeColour"),
    );
    assert.throws(() => readStackFile("", "local"), SettingsError);
  });

  for (const [what, text, message] of [
    [
      "a merge key",
      "config:\n  a: &a {b: c}\n  d:\n    <<: *a\n",
      "has the key <<: write out what it takes over",
    ],
    ["a type", "config:\n  a: !!int 1\n", "says of which type a value is: leave tag:yaml.org,2002:int out"],
    ["a name that is no text", "config:\n  a: {True: b}\n", "has a key that is no text: put True in quotes"],
    ["an endless number", "config:\n  a: -.inf\n", "has -.inf, which Pulumi can't read: put it in quotes"],
    ["a list", "- a\n", "is no object"],
    ["a list of settings", "config: [a]\n", "has a config that is no object"],
  ] as const) {
    it(`refuses ${what} with words`, () => {
      assert.throws(() => readStackConfig(text, "prod"), {
        name: "SettingsError",
        message: `Pulumi.prod.yaml ${message}`,
      });
    });
  }

  it("takes a key without a namespace for the project's, and one of old as well", () => {
    const text = "config:\n  a: 0x10\n  webnet:config:b: ~\n  other:c: 1\n";
    assert.deepEqual(readStackConfig(text, "prod", "shop"), {
      "shop:a": "16",
      "webnet:b": "",
      "other:c": "1",
    });
    assert.deepEqual(readStackConfig("", "prod"), {});
  });
});
