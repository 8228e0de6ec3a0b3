import assert from "node:assert/strict";
import { deployedColors, identifyRelease } from "../../../release/identity.ts";
import type { ReleaseIdentities } from "../../../workload/known-images.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

const idOf = (changes: Config = {}, blue: ReleaseIdentities = {}): string | undefined =>
  identifyRelease(platformWith(changes, { blue }), "blue")?.id;

const backendImage = "ghcr.io/example/web-backend:sha-1";
const frontendImage = "ghcr.io/example/web-frontend:sha-1";

const covered: Record<string, Config> = {
  "the backend's tag": { "colors.blue.backendTag": "sha-3" },
  "the frontend's tag": { "colors.blue.frontendTag": "sha-3" },
  "the backend's repository": { "images.backend": "ghcr.io/example/other" },
  "the frontend's repository": { "images.frontend": "ghcr.io/example/other" },
  "an environment variable": { "backend.environment": { TZ: "UTC" } },
  "the memory limit": { "backend.limits.memoryMegabytes": 2048 },
  "the CPU limit": { "backend.limits.cpus": 2 },
  "the health check's interval": { "backend.health.intervalSeconds": 11 },
  "the health check's timeout": { "backend.health.timeoutSeconds": 4 },
  "the health check's retries": { "backend.health.retries": 6 },
  "the health check's start period": { "backend.health.startPeriodSeconds": 21 },
  "the time to stop": { "backend.stopSeconds": 46 },
  "the network's name": { "network.name": "other" },
  "the name servers": { "network.dns": ["192.0.2.53"] },
  "the backend's kind": { "backend.kind": "plain" },
  "the backend's port": { "backend.port": 9000 },
  "the path of the backend's health": { "backend.healthPath": "/ready" },
  "the backend's base path, which leads to its health": { "backend.basePath": "/shop" },
  "the database": { "mysql.database": "shop" },
  "the database's user": { "mysql.user": "shop" },
};

const leftOut: Record<string, Config> = {
  "the active colour": { activeColor: "green" },
  "the other colour's tags": { "colors.green.backendTag": "sha-9", "colors.green.frontendTag": "sha-9" },
  "the standby": { standby: "off" },
  "the domain": { domain: "other.example.com" },
  "the ports": { "gateway.httpPort": 8080, "monitoring.prometheusPort": 9999, "mysql.port": 3307 },
  "the addresses": { "gateway.bindAddress": "192.0.2.7", "monitoring.bindAddress": "192.0.2.7" },
  "the drain and the smoke check": { "gateway.drainSeconds": 10, "gateway.smoke.paths": ["/"] },
  "the time that a start may take": { "backend.startTimeoutSeconds": 60 },
  "the database's size": { "mysql.maxConnections": 50, "mysql.limits.memoryMegabytes": 2048 },
  "whether the network is adopted": { "network.adopt": true },
  "the path of the backend's metrics": { "backend.metricsPath": "/api/metrics" },
  "the protection of data": { "data.protect": false },
};

describe("a release's name", () => {
  it("is its colour and eight hexadecimal digits", () => {
    assert.match(idOf() ?? "", /^blue-[0-9a-f]{8}$/);
    assert.match(identifyRelease(platformWith(), "green")?.id ?? "", /^green-[0-9a-f]{8}$/);
  });

  it("stays the one that it was before there were settings for other backends and secrets of its own", () => {
    assert.equal(idOf(), "blue-87a8a20c");
    assert.equal(idOf({ "backend.environment": { TZ: "UTC" } }), "blue-a03250b5");
  });

  it("is the same every time", () => {
    assert.equal(idOf(), idOf());
  });

  for (const [what, changes] of Object.entries(covered)) {
    it(`changes with ${what}`, () => {
      assert.notEqual(idOf(changes), idOf());
    });
  }

  it("differs for each of them", () => {
    const ids = Object.values(covered).map((changes) => idOf(changes));
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const part of ["backend", "frontend"]) {
    for (const known of ["id", "digest"]) {
      it(`changes with the ${known} of its ${part}'s image`, () => {
        const [first, second] = ["sha256:1", "sha256:2"].map((value) =>
          idOf({}, { [part]: { [known]: value } }),
        );
        assert.notEqual(first, second);
        assert.notEqual(first, idOf());
      });
    }
  }

  it("doesn't change with the digests of the other colour's images", () => {
    const green = { backend: { digest: "sha256:1" }, frontend: { digest: "sha256:1" } };
    assert.equal(identifyRelease(platformWith({}, { green }), "blue")?.id, idOf());
  });

  for (const [what, changes] of Object.entries(leftOut)) {
    it(`doesn't change with ${what}`, () => {
      assert.equal(idOf(changes), idOf());
    });
  }

  it("is none where a colour has no tags", () => {
    assert.equal(identifyRelease(platformWith({ "colors.green": undefined }), "green"), undefined);
  });

  it("comes with the images that it stands for", () => {
    const { id, ...rest } = identifyRelease(platformWith(), "blue") ?? {};
    assert.ok(id);
    const tag = "sha-1";
    assert.deepEqual(rest, {
      color: "blue",
      parts: [
        { name: "backend", kind: "service", tag, reference: backendImage, image: backendImage },
        { name: "frontend", kind: "files", tag, reference: frontendImage, image: frontendImage },
      ],
    });
    const known = { blue: { backend: { digest: "sha256:1" }, frontend: { id: "sha256:2" } } };
    const { parts = [] } = identifyRelease(platformWith({}, known), "blue") ?? {};
    assert.deepEqual(
      parts.map(({ image }) => image),
      ["ghcr.io/example/web-backend@sha256:1", frontendImage],
    );
  });
});

describe("the colours that run", () => {
  const colorsOf = (changes: Config) => deployedColors(platformWith(changes).settings);

  it("are both where the standby is warm", () => {
    assert.deepEqual(colorsOf({}), { active: "blue", standby: "green" });
    assert.deepEqual(colorsOf({ activeColor: "green" }), { active: "green", standby: "blue" });
  });

  it("are one where the standby is off or has no tags", () => {
    assert.deepEqual(colorsOf({ standby: "off" }), { active: "blue" });
    assert.deepEqual(colorsOf({ "colors.green": undefined }), { active: "blue" });
  });
});
