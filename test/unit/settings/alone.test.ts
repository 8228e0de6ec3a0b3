import assert from "node:assert/strict";
import { aloneIn, hasPart } from "../../../settings/alone.ts";
import { parseSettings } from "../../../settings/index.ts";
import { tagsInWords } from "../../../settings/parts.ts";
import { changed, type Config } from "./support.ts";

const parsed = (changes: Config) => parseSettings(changed(changes), "prod");
const tags = (backendTag: string, frontendTag: string) => ({ backendTag, frontendTag });

describe("settings: a colour with one part", () => {
  it("is one whose other tag is none", () => {
    assert.deepEqual(aloneIn({ blue: tags("v1", "v1"), green: tags("v2", "v2") }), {});
    assert.deepEqual(aloneIn({ blue: tags("v1", "none"), green: tags("v2", "v2") }), { blue: "backend" });
    assert.deepEqual(aloneIn({ blue: tags("v1", "none"), green: tags("none", "v2") }), {
      blue: "backend",
      green: "frontend",
    });
    const mixed = { colors: { blue: tags("v1", "v1"), green: tags("none", "v2") } };
    assert.deepEqual(
      (["blue", "green"] as const).map((color) => hasPart(mixed, color, "backend")),
      [true, false],
    );
    assert.ok(hasPart(mixed, "green", "frontend"));
  });

  it("is expected of the colour that has no tags yet", () => {
    assert.deepEqual(aloneIn({ blue: tags("none", "v1") }), { blue: "frontend", green: "frontend" });
  });

  it("needs no image of the other one, and none of its settings", () => {
    const site = parsed({ "colors.blue.backendTag": "none", "images.backend": undefined });
    assert.deepEqual(site.gateway.smoke.alone, { blue: ["/"], green: ["/"] });
    const rendered = parsed({
      "colors.blue.frontendTag": "none",
      "images.frontend": undefined,
      "gateway.streamPaths": ["/events"],
    });
    assert.deepEqual(rendered.gateway.streamPaths, ["/events"]);
  });

  it("has its health, metrics and check at the top, where the config doesn't say it", () => {
    const alone = (changes: Config) => {
      const { backend, gateway } = parsed({ "colors.blue.frontendTag": "none", ...changes });
      return [backend.alone.healthPath, backend.alone.metricsPath, gateway.smoke.alone.blue];
    };
    assert.deepEqual(alone({}), ["/actuator/health/readiness", "/actuator/prometheus", ["/actuator/health"]]);
    assert.deepEqual(alone({ "backend.healthPath": "/app/actuator/health/readiness" }), [
      "/app/actuator/health/readiness",
      "/actuator/prometheus",
      ["/app/actuator/health"],
    ]);
    assert.deepEqual(alone({ "backend.kind": "plain" }), ["/health", undefined, ["/health"]]);
    const plain = { "backend.kind": "plain", "backend.healthPath": "/up", "backend.metricsPath": "/m" };
    assert.deepEqual(alone(plain), ["/up", "/m", ["/up"]]);
    assert.deepEqual(alone({ "gateway.smoke.paths": ["/login"] })[2], undefined);
  });

  it("is named with its tag, so that nobody takes it for both", () => {
    const [backend, frontend] = [
      { name: "backend", tag: "v1" },
      { name: "frontend", tag: "v1" },
    ];
    assert.equal(tagsInWords([backend, frontend]), "v1");
    assert.equal(tagsInWords([backend]), "backend v1");
    assert.equal(tagsInWords([{ ...backend, tag: "none" }, frontend]), "frontend v1");
  });
});
