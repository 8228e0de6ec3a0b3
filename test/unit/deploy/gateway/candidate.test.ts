import assert from "node:assert/strict";
import { candidateRecord, gatewayRoute } from "../../../../deploy/gateway/candidate.ts";
import { recordSchema, type GenerationRecord } from "../../../../deploy/gateway/record.ts";
import type { Route } from "../../../../deploy/route-input.ts";

const route: Route = {
  serverName: "www.example.com",
  backendHostPrefix: "webnet-prod-backend-",
  keptReleases: 3,
  drainSeconds: 60,
  backendStopSeconds: 45,
  clientMaxBodyMegabytes: 10,
  resolver: "127.0.0.11",
  smoke: { paths: ["/"], attempts: 1, timeoutSeconds: 1 },
  renderer: "00000000",
};
const guardToken = "t".repeat(48);
const bootstrap: GenerationRecord = { generation: "bootstrap", digest: "bootstrap", keptReleases: [] };
const [blue, green] = ["blue-00000001", "green-00000002"];

const move = (live: GenerationRecord, active: string, more: Partial<Route> = {}, token = guardToken) =>
  candidateRecord({ ...route, ...more }, { active, guardToken: token }, live);

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
    const smoke = { paths: ["/other"], attempts: 9, timeoutSeconds: 9 };
    assert.equal(move(live, blue, { smoke }).digest, live.digest);
    const wanted = { active: blue, guardToken };
    assert.equal(candidateRecord(route, wanted, live).digest, live.digest);
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
      generation: record.generation,
      serverName: "www.example.com",
      listenPort: 80,
      active: { release: green, color: "green" },
      backendHostPrefix: "webnet-prod-backend-",
      keptReleases: [blue],
      newestFrontend: "/etc/webnet/gateway/current/frontend",
      guardToken,
      drainSeconds: 60,
      backendStopSeconds: 45,
      clientMaxBodyMegabytes: 10,
      resolver: "127.0.0.11",
    });
  });
});
