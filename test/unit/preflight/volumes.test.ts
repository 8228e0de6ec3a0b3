import assert from "node:assert/strict";
import { inspectVolumes } from "../../../preflight/volumes.ts";
import { blocks, type Problem } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

async function look(holdings: Holdings, changes: Config = {}): Promise<Problem[]> {
  const { docker } = fakeDocker(holdings);
  return await inspectVolumes(docker, platformWith(changes), await docker.listContainers());
}

const prods = { "webnet-live-mysql-data": { "webnet.stack": "live" } };
const named = { "mysql.dataVolume": "webnet-live-mysql-data" };
const old = { name: "old-mysql", volumes: ["old_mysql"] };
const oldNamed = { "mysql.dataVolume": "old_mysql" };

describe("preflight: volumes with data", () => {
  it("that are not there are made, and those of the stack are used", async () => {
    assert.deepEqual(await look({}), []);
    const own = { name: "webnet-prod-mysql", stack: "prod", volumes: ["webnet-prod-mysql-data"] };
    const volumes = { "webnet-prod-mysql-data": { "webnet.stack": "prod" } };
    assert.deepEqual(await look({ volumes, containers: [own] }), []);
  });

  it("that two services would share are refused, also where one has its name by default", async () => {
    const named = { "mysql.dataVolume": "data", "monitoring.dataVolume": "data" };
    assert.deepEqual(blocks(await look({}, named)), [
      `
webnet:monitoring.dataVolume
  problem: the same volume as webnet:mysql.dataVolume
  got:     data
  allowed: a volume that nothing else of the stack has
  fix:     pulumi config set --path 'webnet:monitoring.dataVolume' <volume> --stack prod
`.trim(),
    ]);
    for (const [path, other, volume] of [
      ["monitoring.dataVolume", "mysql.dataVolume", "webnet-prod-mysql-data"],
      ["mysql.dataVolume", "monitoring.dataVolume", "webnet-prod-prometheus-data"],
    ] as const) {
      const [problem, ...more] = await look({}, { [path]: volume });
      assert.deepEqual([problem?.at, problem?.got, more], [`webnet:${path}`, volume, []]);
      assert.equal(problem?.what, `the same volume as webnet:${other} has by default`);
    }
    assert.deepEqual(await look({}, { "mysql.dataVolume": "webnet-prod-mysql-data" }), []);
  });

  it("in which the platform keeps something else are refused", async () => {
    for (const volume of ["frontends", "serving", "gateway-config", "gateway-temporary"]) {
      const problems = await look({}, { "mysql.dataVolume": `webnet-prod-${volume}` });
      assert.deepEqual(
        problems.map(({ what }) => what),
        ["the platform keeps something else in this volume"],
      );
    }
  });

  it("of another stack are refused, whether it runs or not", async () => {
    assert.deepEqual(blocks(await look({ volumes: prods }, named)), [
      `
webnet:mysql.dataVolume
  problem: the volume holds the data of the stack live, whose passwords would no longer fit
  got:     webnet-live-mysql-data
  allowed: a volume that only this stack uses, or the name of one that is to be made
  fix:     pulumi config set --path 'webnet:mysql.dataVolume' <volume> --stack prod
`.trim(),
    ]);
  });

  it("of Prometheus likewise", async () => {
    const problems = await look({ volumes: prods }, { "monitoring.dataVolume": "webnet-live-mysql-data" });
    assert.deepEqual(
      problems.map(({ at }) => at),
      ["webnet:monitoring.dataVolume"],
    );
  });

  it("that another container uses are refused, with its name", async () => {
    const problems = await look({ volumes: { old_mysql: {} }, containers: [old] }, oldNamed);
    assert.deepEqual(blocks(problems), [
      `
webnet:mysql.dataVolume
  problem: the container old-mysql, which isn't this stack's, uses the volume
  got:     old_mysql
  allowed: a volume that only this stack uses, or the name of one that is to be made
  fix:     docker stop old-mysql
  or:      pulumi config set --path 'webnet:mysql.dataVolume' <volume> --stack prod
`.trim(),
    ]);
    const stack = { ...old, stack: "live" };
    assert.equal((await look({ volumes: { old_mysql: {} }, containers: [stack] }, oldNamed)).length, 1);
    const restarting = { ...old, state: "restarting" };
    assert.equal((await look({ volumes: { old_mysql: {} }, containers: [restarting] }, oldNamed)).length, 1);
  });

  it("whose former server was stopped can be taken over", async () => {
    const stopped = { ...old, state: "exited" };
    assert.deepEqual(await look({ volumes: { old_mysql: {} }, containers: [stopped] }, oldNamed), []);
  });
});
