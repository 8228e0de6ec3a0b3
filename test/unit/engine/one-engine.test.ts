import assert from "node:assert/strict";
import type Docker from "dockerode";
import { defaultHost, engineAddress } from "../../../engine/address.ts";
import { otherEngine } from "../../../engine/identity.ts";
import { strayVariables } from "../../../engine/variables.ts";

const tcp = "tcp://host.example:2376";

/** An engine that answers with these ids in turn, and repeats the last one. */
function engine(...ids: (string | undefined)[]): Docker {
  return {
    info: () => Promise.resolve({ ID: ids.length > 1 ? ids.shift() : ids[0] }),
  } as unknown as Docker;
}

describe("the engine's address", () => {
  it("is the setting's, else the variable's, else the usual socket", () => {
    assert.equal(engineAddress(tcp, { DOCKER_HOST: "ssh://other" }), tcp);
    assert.equal(engineAddress(undefined, { DOCKER_HOST: "ssh://other" }), "ssh://other");
    for (const environment of [{}, { DOCKER_HOST: "" }])
      assert.equal(engineAddress(undefined, environment), defaultHost);
  });
});

describe("a variable that leads astray", () => {
  const names = (address: string, environment: Record<string, string>): string[] =>
    strayVariables(address, environment).map(({ name }) => name);

  it("is one that Pulumi's provider alone goes by", () => {
    for (const address of [defaultHost, "ssh://deploy@host", tcp]) {
      for (const name of [
        "DOCKER_CONTEXT",
        "DOCKER_CA_MATERIAL",
        "DOCKER_CERT_MATERIAL",
        "DOCKER_KEY_MATERIAL",
      ]) {
        assert.deepEqual(names(address, { [name]: "default" }), [name]);
        assert.deepEqual(names(address, { [name]: "" }), []);
      }
    }
  });

  it("is one of TLS where the two would not agree on it", () => {
    const both = { DOCKER_CERT_PATH: "/certs", DOCKER_TLS_VERIFY: "1" };
    assert.deepEqual(names(tcp, both), []);
    assert.deepEqual(names(tcp, { DOCKER_CERT_PATH: "/certs" }), ["DOCKER_CERT_PATH"]);
    assert.deepEqual(names(tcp, { DOCKER_TLS_VERIFY: "1" }), ["DOCKER_TLS_VERIFY"]);
    assert.deepEqual(names(tcp, { DOCKER_PATH_PREFIX: "/engine" }), ["DOCKER_PATH_PREFIX"]);
    assert.deepEqual(names(defaultHost, both), ["DOCKER_CERT_PATH"]);
    assert.deepEqual(names("ssh://host", { DOCKER_TLS_VERIFY: "1" }), []);
  });

  it("is none of those that every one goes by", () => {
    assert.deepEqual(names(tcp, { DOCKER_HOST: tcp, DOCKER_CONFIG: "/root/.docker" }), []);
  });
});

describe("another engine than the noted one", () => {
  it("is told by its id", async () => {
    assert.equal(await otherEngine(engine("B"), "A", {}), "B");
    assert.equal(await otherEngine(engine("A"), "A", {}), undefined);
  });

  it("is none where nobody noted one, or where the engine has no id, or a new one each time", async () => {
    assert.equal(await otherEngine(engine("B"), undefined, {}), undefined);
    assert.equal(await otherEngine(engine(undefined), "A", {}), undefined);
    assert.equal(await otherEngine(engine("B", "C"), "A", {}), undefined);
  });

  it("is right where somebody names that very one", async () => {
    assert.equal(await otherEngine(engine("B"), "A", { WEBNET_ENGINE: "B" }), undefined);
    assert.equal(await otherEngine(engine("B"), "A", { WEBNET_ENGINE: "C" }), "B");
    assert.equal(await otherEngine(engine("B"), "A", { WEBNET_ENGINE: "true" }), "B");
  });
});
