import assert from "node:assert/strict";
import { inspectLimits, wantedLimits } from "../../../preflight/limits.ts";
import { blocks, type Problem } from "../../../settings/problem.ts";
import { runningFacts } from "../../../settings/services.ts";
import { settingsSchema } from "../../../settings/schema/settings.ts";
import { leaves } from "../../../settings/shape.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, refusal, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const smallHost = { NCPU: 2, MemTotal: 2000 * 1024 ** 2 };

async function look(changes: Config, holdings: Holdings = {}): Promise<Problem[]> {
  const { docker } = fakeDocker({ host: smallHost, ...holdings });
  return await inspectLimits(docker, platformWith(changes).settings, "prod", await docker.listContainers());
}

describe("preflight: limits", () => {
  it("are fine up to what the engine's host has", async () => {
    assert.deepEqual(await look({ "mysql.limits.cpus": 2, "mysql.limits.memoryMegabytes": 2000 }), []);
  });

  it("over the host's processors are what the engine refuses", async () => {
    assert.deepEqual(blocks(await look({ "mysql.limits.cpus": 64 })), [
      `
webnet:mysql.limits.cpus
  problem: the engine refuses more processors than its host has
  got:     64
  allowed: at most 2
  fix:     pulumi config set --path 'webnet:mysql.limits.cpus' 2 --stack prod
`.trim(),
    ]);
  });

  it("over the host's memory are none", async () => {
    assert.deepEqual(blocks(await look({ "mysql.limits.memoryMegabytes": 2001 })), [
      `
webnet:mysql.limits.memoryMegabytes
  problem: it is more memory than the engine's host has
  got:     2001
  allowed: at most 2000
  fix:     pulumi config set --path 'webnet:mysql.limits.memoryMegabytes' 2000 --stack prod
`.trim(),
    ]);
  });

  it("are looked at wherever there is one", async () => {
    const every = [...leaves(settingsSchema)]
      .map(([path]) => path.join("."))
      .filter((path) => path.includes("limits."));
    assert.equal(every.length, 2 * runningFacts.length);
    const byAcme = { domain: "www.example.com", "gateway.tls.certificate": "acme" };
    for (const path of every) {
      const problems = await look({ ...byAcme, [path]: path.endsWith("cpus") ? 3 : 3000 });
      assert.deepEqual(
        problems.map(({ at }) => at),
        [`webnet:${path}`],
      );
    }
    assert.equal(wantedLimits(platformWith(byAcme).settings).length * 2, every.length);
    assert.equal(wantedLimits(platformWith().settings).length * 2, every.length - 2);
  });

  it("that something runs with already, as on a host that got smaller, are in nobody's way", async () => {
    const mysql = { name: "webnet-prod-mysql", stack: "prod", role: "mysql", hostConfig: { NanoCpus: 4e9 } };
    assert.deepEqual(await look({ "mysql.limits.cpus": 4 }, { containers: [mysql] }), []);
    for (const other of [
      { ...mysql, stack: "staging" },
      { ...mysql, role: "prometheus" },
      { ...mysql, hostConfig: { NanoCpus: 1e9 } },
    ])
      assert.equal((await look({ "mysql.limits.cpus": 4 }, { containers: [other] })).length, 1);
  });

  it("that a container had which goes away meanwhile count no more", async () => {
    const mysql = { name: "webnet-prod-mysql", stack: "prod", role: "mysql" };
    const { docker } = fakeDocker({ host: smallHost, containers: [mysql] });
    const gone = { inspect: () => Promise.reject(refusal(404, "no such container")) };
    Object.assign(docker, { getContainer: () => gone });
    const { settings } = platformWith({ "mysql.limits.cpus": 4 });
    assert.equal((await inspectLimits(docker, settings, "prod", await docker.listContainers())).length, 1);
  });
});
