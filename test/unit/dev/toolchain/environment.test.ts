import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { projectRoot } from "../../../../host/project.ts";
import { childEnvironment, localEnvironment, localPaths } from "../../../../dev/toolchain/environment.ts";

describe("the environment of the embedded default", () => {
  it("finds our Node and our CLI first", () => {
    const path = localEnvironment()["PATH"]?.split(delimiter);
    assert.deepEqual(path?.slice(0, 2), [dirname(process.execPath), localPaths.bin]);
  });

  it("keeps plugins, state and passphrase in the project", () => {
    const environment = localEnvironment();
    assert.equal(environment["PULUMI_HOME"], `${projectRoot}/.webnet/pulumi-home`);
    assert.equal(environment["PULUMI_BACKEND_URL"], `file://${projectRoot}/.webnet/state?metadata=skip`);
    assert.equal(environment["PULUMI_CONFIG_PASSPHRASE_FILE"], `${projectRoot}/.webnet/passphrase`);
  });

  it("makes a passphrase that only its owner reads, once", () => {
    localEnvironment();
    const first = readFileSync(localPaths.passphrase, "utf8");
    assert.equal(statSync(localPaths.passphrase).mode & 0o777, 0o600);
    assert.ok(first.length >= 32);
    localEnvironment();
    assert.equal(readFileSync(localPaths.passphrase, "utf8"), first);
  });

  it("takes away what would win over it", () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "the user's own";
    try {
      assert.equal(childEnvironment()["PULUMI_CONFIG_PASSPHRASE"], undefined);
      assert.equal(childEnvironment()["HOME"], process.env["HOME"]);
    } finally {
      delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    }
  });
});
