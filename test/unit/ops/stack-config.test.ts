import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "../../../ops/stack-config.ts";
import { SettingsError } from "../../../settings/index.ts";
import { projectRoot } from "../../../toolchain/environment.ts";

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
});
