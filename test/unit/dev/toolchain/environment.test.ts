import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { projectRoot } from "../../../../host/project.ts";
import {
  childEnvironment,
  dropOverriding,
  localEnvironment,
  localPaths,
} from "../../../../dev/toolchain/environment.ts";

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

  describe("takes away what would win over it", () => {
    const before = { ...process.env };
    const overriding = {
      PULUMI_CONFIG_PASSPHRASE: "the user's own",
      PULUMI_ACCESS_TOKEN: "token",
      PULUMI_STACK: "prod",
      DOCKER_CONTEXT: "laptop",
      DOCKER_CERT_PATH: "/certs",
      DOCKER_CA_MATERIAL: "ca",
      DOCKER_CERT_MATERIAL: "cert",
      DOCKER_KEY_MATERIAL: "key",
    };
    const left = (environment: Readonly<Record<string, string | undefined>>): string[] =>
      Object.keys(overriding).filter((name) => environment[name] !== undefined);

    beforeEach(() => {
      delete process.env["WEBNET_TEST_ENGINE"];
      Object.assign(process.env, overriding);
    });
    afterEach(() => {
      process.env = { ...before };
    });

    it("from its children", () => {
      assert.deepEqual(left(childEnvironment()), []);
      assert.equal(childEnvironment()["HOME"], process.env["HOME"]);
    });

    it("from the process itself, for Pulumi's Automation API", () => {
      dropOverriding();
      assert.deepEqual(left(process.env), []);
      assert.equal(process.env["PATH"], before["PATH"]);
    });

    it("but not the certificates of an engine at tcp://", () => {
      process.env["WEBNET_TEST_ENGINE"] = "tcp://engine:2376";
      assert.deepEqual(left(childEnvironment()), ["DOCKER_CERT_PATH"]);
    });
  });
});
