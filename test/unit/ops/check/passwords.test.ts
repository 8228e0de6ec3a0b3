import assert from "node:assert/strict";
import { settingsWithPasswords } from "../../../../ops/check/passwords.ts";
import type { Target } from "../../../../ops/target.ts";
import type { CliResult } from "../../../../pulumi/cli.ts";
import { platformWith } from "../../support/platform.ts";

const sealed = "<encrypted>";
const password = "correct-horse-battery-staple";

function targetWith(registries: object, result: Partial<CliResult>) {
  const asked: (readonly string[])[] = [];
  const target = {
    settings: () => ({ ...platformWith().settings, ...registries }),
    pulumi: (args: readonly string[]) => {
      asked.push(args);
      return Promise.resolve({ exitCode: 0, stdout: "", stderr: "", ...result });
    },
  } as unknown as Target;
  return { target, asked };
}

const several = {
  registries: [{ address: "ghcr.io", username: "deployer" }],
  registryPasswords: { "ghcr.io": sealed },
};

describe("ops/check/passwords", () => {
  it("asks Pulumi for nothing where no registry wants a login", async () => {
    const { target, asked } = targetWith({}, {});
    assert.equal((await settingsWithPasswords(target)).registryPassword, undefined);
    assert.deepEqual(asked, []);
  });

  it("has Pulumi decrypt those that there are", async () => {
    const stdout = JSON.stringify({
      "webnet:activeColor": { value: "blue", secret: false },
      "webnet:registryPassword": { value: password, secret: true },
      "webnet:registryPasswords": {
        value: JSON.stringify({ "ghcr.io": password }),
        objectValue: { "ghcr.io": password },
        secret: true,
      },
    });
    const one = { registry: { address: "docker.io", username: "deployer" }, registryPassword: sealed };
    const { target } = targetWith({ ...one, ...several }, { stdout });
    const { registryPassword, registryPasswords } = await settingsWithPasswords(target);
    assert.deepEqual([registryPassword, registryPasswords], [password, { "ghcr.io": password }]);
  });

  it("says why they can't be decrypted, and shows nothing that was", async () => {
    const refused = targetWith(several, { exitCode: 255, stderr: "error: incorrect passphrase\n" });
    await assert.rejects(
      settingsWithPasswords(refused.target),
      /can't be decrypted: error: incorrect passphrase$/,
    );
    const strange = targetWith(several, { stdout: `{ "webnet:registryPassword": ${password}` });
    await assert.rejects(
      settingsWithPasswords(strange.target),
      (error: Error) => error.message.includes("told none") && !error.message.includes(password),
    );
  });
});
