import assert from "node:assert/strict";
import type { Route } from "../../../contract/gateway.ts";
import { reachesAlike } from "../../../gateway/guarded-check.ts";
import { readyRecord } from "../../../gateway/ready.ts";
import type { GenerationRecord } from "../../../gateway/record.ts";
import { digestTold } from "../../../render/nginx/told.ts";

const [blue, green] = ["blue-00000001", "green-00000002"];
const guardToken = "t".repeat(48);
const { backend: usual, ...told } = digestTold;
const route: Route = {
  ...told,
  keptReleases: 3,
  canaryPercent: 0,
  smoke: { checks: [{ path: "/" }], attempts: 1, timeoutSeconds: 1 },
  renderer: "00000000",
  alone: { green: "backend" },
};
const live: GenerationRecord = {
  generation: "1-blue-00000001",
  digest: "d",
  active: blue,
  keptReleases: ["green-00000009"],
  guardToken,
};
const { replicas } = told;
const candidate = { ...live, active: green, alone: { green: "backend" as const } };
const ready = (of: Partial<GenerationRecord>, to: Partial<GenerationRecord> = {}) =>
  readyRecord(
    route,
    { live: { ...live, ...of }, candidate: { ...candidate, ...to }, rejected: new Set() },
    { passwords: { digest: "Secret0Mark" } },
  );

describe("a generation that makes ready for a release with other parts", () => {
  it("serves what serves, and knows the parts of what comes", () => {
    const record = ready({});
    assert.deepEqual(
      [record?.active, record?.keptReleases, record?.alone],
      [blue, ["green-00000009"], route.alone],
    );
    assert.equal(record?.replicas, replicas);
    assert.ok(record !== undefined && reachesAlike(record, candidate));
    assert.notEqual(record.digest, live.digest);
  });

  for (const [what, of, to] of [
    ["the parts are the same", { alone: { green: "backend" } }, {}],
    ["what serves changes its own parts", {}, { alone: { blue: "backend", green: "backend" } }],
    ["it stays with what serves", {}, { active: blue }],
    ["nothing serves", { active: undefined }, {}],
    ["nobody can ask for a release", { guardToken: undefined }, {}],
    ["a canary serves too", { canary: { release: green, percent: 5 } }, {}],
    ["backends are reached in another way", { backend: usual }, {}],
    ["there are more containers to come", {}, { replicas: 3 }],
  ] as const)
    it(`is none where ${what}`, () => {
      assert.equal(ready(of as Partial<GenerationRecord>, to), undefined);
    });
});
