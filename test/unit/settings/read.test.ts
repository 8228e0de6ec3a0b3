import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "../../../settings/index.ts";
import { smallest, type Config } from "./support.ts";

/** Sets the config as Pulumi hands it over: only texts, objects as JSON. */
function configure(config: Config, secret: string[] = []): void {
  const texts = Object.entries(config).map(([key, value]) => [
    `webnet:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(
    { ...(Object.fromEntries(texts) as Record<string, string>), "docker:host": "unix:///elsewhere" },
    secret.map((key) => `webnet:${key}`),
  );
}

describe("settings: reading Pulumi's config", () => {
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("reads what is under the project's namespace, and nothing else", () => {
    configure(smallest);
    assert.equal(readSettings().colors.blue?.backendTag, "sha-1");
  });

  it("sees keys that it doesn't know", () => {
    configure({ ...smallest, drain: "30" });
    assert.throws(readSettings, /webnet:drain\n {2}problem: there is no such setting/);
  });

  it("tells a secret from a plain value", () => {
    const registry = { address: "ghcr.io", username: "deployer" };
    configure({ ...smallest, registry, registryPassword: "hunter2" });
    assert.throws(
      readSettings,
      /webnet:registryPassword\n {2}problem: it stands in the stack config in plain text/,
    );
    configure({ ...smallest, registry, registryPassword: "hunter2" }, ["registryPassword"]);
    assert.equal(readSettings().registryPassword, "hunter2");
  });

  it("is an error that Pulumi prints without a stack trace", () => {
    assert.throws(readSettings, (error) => pulumi.RunError.isInstance(error));
  });
});
