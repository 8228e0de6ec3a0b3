import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseSettings, type Settings } from "../../../settings/index.ts";

function settingsOf(stack: string): Settings {
  const file = readFileSync(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  const { config } = parse(file) as { config: Record<string, unknown> };
  const raw = Object.entries(config).map(([key, value]) => [key.replace(/^webnet:/, ""), value]);
  return parseSettings(Object.fromEntries(raw) as Record<string, unknown>, stack);
}

describe("settings: the stacks that come with the project", () => {
  it("prod is a real production: pulled images, protected data, a gateway for everybody", () => {
    const settings = settingsOf("prod");
    assert.equal(settings.imageCatalogue, "upstream");
    assert.equal(settings.images.backend, "ghcr.io/example/web-backend");
    assert.equal(settings.images.frontend, "ghcr.io/example/web-frontend");
    assert.match(settings.colors.blue?.backendTag ?? "", /^sha-/);
    assert.match(settings.colors.green?.backendTag ?? "", /^sha-/);
    assert.equal(settings.pullPolicy, "missing");
    assert.equal(settings.data.protect, true);
    assert.deepEqual([settings.gateway.bindAddress, settings.gateway.httpPort], ["auto", 80]);
  });

  it("local needs no registry, and is reachable from this machine alone", () => {
    const settings = settingsOf("local");
    assert.ok(
      Object.values<string>({ ...settings.images }).every((image) => image.startsWith("webnet.local/")),
    );
    assert.equal(settings.pullPolicy, "never");
    assert.deepEqual(
      [settings.gateway.bindAddress, settings.monitoring.bindAddress],
      ["127.0.0.1", "127.0.0.1"],
    );
    assert.equal(settings.mysql.port, undefined);
    assert.equal(settings.data.protect, false);
  });

  it("no two of them share a network", () => {
    assert.notEqual(settingsOf("local").network.name, settingsOf("prod").network.name);
  });
});
