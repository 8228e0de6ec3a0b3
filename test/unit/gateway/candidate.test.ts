import assert from "node:assert/strict";
import { candidateRecord, gatewayRoute } from "../../../gateway/candidate.ts";
import { recordSchema, servingReleases, type GenerationRecord } from "../../../gateway/record.ts";
import type { Route } from "../../../contract/gateway.ts";
import { usualTraffic } from "../../../render/nginx/told-traffic.ts";

const route: Route = {
  ...usualTraffic,
  serverName: "www.example.com",
  backendHostPrefix: "webnet-prod-backend-",
  keptReleases: 3,
  drainSeconds: 60,
  backendStopSeconds: 45,
  clientMaxBodyMegabytes: 10,
  bounds: {
    requests: 928,
    requestsPerClient: 100,
    uploads: 102,
    uploadsPerClient: 51,
    answerKilobytes: 1129,
  },
  resolver: "127.0.0.11",
  canaryPercent: 0,
  smoke: { checks: [{ path: "/" }], attempts: 1, timeoutSeconds: 1 },
  renderer: "00000000",
};
const guardToken = "t".repeat(48);
const bootstrap: GenerationRecord = { generation: "bootstrap", digest: "bootstrap", keptReleases: [] };
const [blue, green] = ["blue-00000001", "green-00000002"];

const move = (live: GenerationRecord, active: string, more: Partial<Route> = {}, token = guardToken) =>
  candidateRecord({ ...route, ...more }, { active, guardToken: token }, live);

const canary = (live: GenerationRecord, active: string, standby: string | undefined, canaryPercent: number) =>
  candidateRecord({ ...route, canaryPercent }, { active, standby, guardToken }, live);

describe("the next generation", () => {
  it("of a new platform serves the first release, and keeps none", () => {
    const { active, keptReleases, digest } = move(bootstrap, blue);
    assert.deepEqual([active, keptReleases], [blue, []]);
    assert.notEqual(digest, bootstrap.digest);
  });

  it("is the live one when nothing changed, however often it is asked for", () => {
    const first = move(bootstrap, blue);
    assert.equal(move(first, blue).digest, first.digest);
    const second = move(first, green);
    assert.equal(move(second, green).digest, second.digest);
  });

  it("keeps what served before, newest first, and never what serves", () => {
    const releases = ["blue-00000001", "green-00000002", "blue-00000003", "green-00000004", "blue-00000005"];
    const last = releases.reduce((live, release) => move(live, release), bootstrap);
    assert.equal(last.active, "blue-00000005");
    assert.deepEqual(last.keptReleases, ["green-00000004", "blue-00000003", "green-00000002"]);
  });

  it("keeps a release that was taken back as well, behind those that weren't, and pushes none of them out for it", () => {
    const [old, serving, bad, worse] = [
      "green-00000001",
      "blue-00000002",
      "green-00000003",
      "green-00000004",
    ];
    const keep = { ...route, keptReleases: 1 };
    const to = (live: GenerationRecord, active: string, ...rejected: string[]) =>
      candidateRecord(keep, { active, guardToken }, live, new Set(rejected));
    const before = to({ ...bootstrap, active: old }, serving);
    assert.deepEqual(before.keptReleases, [old]);
    const back = to({ ...before, active: bad, keptReleases: [serving, old] }, serving, bad);
    assert.deepEqual(back.keptReleases, [old, bad]);
    const again = to({ ...back, active: worse, keptReleases: [serving, bad] }, serving, bad, worse);
    assert.deepEqual(again.keptReleases, [worse]);
  });

  it("of a rollback serves the former release, and keeps the one that it takes over from", () => {
    const back = move(move(move(bootstrap, blue), green), blue);
    assert.deepEqual([back.active, back.keptReleases], [blue, [green]]);
  });

  const changes: Record<string, [Partial<Route>, string?]> = {
    "the domain": [{ serverName: "other.example.com" }],
    "the drain": [{ drainSeconds: 10 }],
    "the body size": [{ clientMaxBodyMegabytes: 11 }],
    "the backends' names": [{ backendHostPrefix: "webnet-other-backend-" }],
    "the guard's token": [{}, "u".repeat(48)],
  };
  for (const [what, [more, token]] of Object.entries(changes)) {
    it(`is another one when ${what} changes`, () => {
      const live = move(bootstrap, blue);
      assert.notEqual(move(live, blue, more, token).digest, live.digest);
    });
  }

  it("is the same one when only the smoke check changes", () => {
    const live = move(bootstrap, blue);
    const smoke = { checks: [{ path: "/other" }], attempts: 9, timeoutSeconds: 9 };
    assert.equal(move(live, blue, { smoke }).digest, live.digest);
    const wanted = { active: blue, guardToken };
    assert.equal(candidateRecord(route, wanted, live).digest, live.digest);
  });

  it("is the same one when only the standby changes, whose name is looked up at each request", () => {
    const live = canary(bootstrap, blue, green, 0);
    assert.equal(canary(live, blue, "green-00000003", 0).digest, live.digest);
    assert.equal(canary(live, blue, undefined, 0).digest, live.digest);
    assert.deepEqual(servingReleases(live), [blue]);
  });

  it("of a canary serves two releases, and keeps the one that ends for its open pages", () => {
    const live = canary(bootstrap, blue, green, 10);
    assert.deepEqual(servingReleases(live), [blue, green]);
    assert.equal(canary(live, blue, green, 10).digest, live.digest);
    assert.notEqual(canary(live, blue, green, 11).digest, live.digest);
    const ended = canary(live, blue, green, 0);
    assert.deepEqual([servingReleases(ended), ended.keptReleases], [[blue], [green]]);
    const next = canary(live, blue, "green-00000003", 10);
    assert.deepEqual([servingReleases(next), next.keptReleases], [[blue, "green-00000003"], [green]]);
  });

  it("has no canary without a standby", () => {
    const live = canary(bootstrap, blue, undefined, 10);
    assert.deepEqual(servingReleases(live), [blue]);
    assert.equal(gatewayRoute(route, live).canary, undefined);
  });

  it("has a name that tells its release, and can be read back", () => {
    const record = candidateRecord(route, { active: green, guardToken }, bootstrap);
    assert.match(record.generation, /^[0-9a-z]+-green-00000002$/);
    assert.deepEqual(recordSchema.parse(JSON.parse(JSON.stringify(record))), record);
  });
});

describe("what the renderer is told", () => {
  it("is all of the route and the generation", () => {
    const record = move(move(bootstrap, blue), green);
    assert.deepEqual(gatewayRoute(route, record), {
      ...usualTraffic,
      generation: record.generation,
      serverName: "www.example.com",
      listenPort: 80,
      tlsPort: 443,
      certificateDirectory: "/etc/webnet/gateway/certificates/current",
      active: { release: green, color: "green" },
      canary: undefined,
      backendHostPrefix: "webnet-prod-backend-",
      keptReleases: [blue],
      newestFrontend: "/etc/webnet/gateway/current/frontend",
      namesDirectory: "/etc/webnet/gateway/names",
      maintenanceFile: "/etc/webnet/gateway/maintenance",
      usersDirectory: "/etc/webnet/gateway/current",
      generationDirectory: `/etc/webnet/gateway/generations/${record.generation}`,
      guardToken,
      drainSeconds: 60,
      backendStopSeconds: 45,
      clientMaxBodyMegabytes: 10,
      bounds: {
        requests: 928,
        requestsPerClient: 100,
        uploads: 102,
        uploadsPerClient: 51,
        answerKilobytes: 1129,
      },
      resolver: "127.0.0.11",
    });
  });
});
