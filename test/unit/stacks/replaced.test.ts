import assert from "node:assert/strict";
import type Docker from "dockerode";
import { recoveringVariable } from "../../../preflight/recovering.ts";
import { trialProgram } from "../../../render/mysql.ts";
import type { Config } from "../settings/support.ts";
import { containerType, environmentOf } from "../support/containers.ts";
import { changedInputs, difference } from "../support/difference.ts";
import { bothColors, run, type Deployment, type Registered } from "../support/program.ts";
import { inEveryScenario, patience, within } from "../support/scenarios.ts";

/** The containers that must go before an update can make their successors. */
const alone = [
  "gateway-edge",
  "infrastructure-mysql",
  "monitoring-prometheus",
  "monitoring-node",
  "monitoring-nginx",
  "monitoring-mysql",
];

const bodyOf = (trial: Registered) =>
  JSON.parse(environmentOf(trial)["WEBNET_TRIAL"] ?? "") as Docker.ContainerCreateOptions;

describe("what can't overlap its successor", () => {
  inEveryScenario("is tried before it goes, and awaited afterwards", (deployment) => {
    for (const name of alone) {
      within(name, () => {
        assert.ok(deployment.named(name).dependencies.includes(`${name}-trial`));
        assert.equal(deployment.named(`${name}-trial`).inputs["create"], "node deploy/trial.ts");
        // The gate of the nginx in its network is enough: one more would lengthen the gap.
        if (name === "gateway-edge") return;
        const gate = deployment.named(`${name}-gate`);
        assert.equal(gate.inputs["create"], "node deploy/gate.ts");
        assert.equal(environmentOf(gate)["WEBNET_CONTAINER_ID"], `id-of-${name}`);
      });
    }
  });

  inEveryScenario("is tried as it is going to be, without ports, network and data", (deployment) => {
    for (const name of alone) {
      within(name, () => {
        const { inputs } = deployment.named(name);
        const trial = deployment.named(`${name}-trial`);
        assert.equal(environmentOf(trial)["WEBNET_CONTAINER"], inputs["name"]);
        const body = bodyOf(trial);
        const { HostConfig: host = {} } = body;
        const image = name === "gateway-edge" ? undefined : inputs["image"];
        assert.deepEqual([body.Image, body.User], [image, inputs["user"]]);
        assert.deepEqual(host.Sysctls, inputs["sysctls"]);
        assert.deepEqual(body.Env, inputs["envs"]);
        const limits = [Number(inputs["memory"]) * 1024 ** 2, Number(inputs["cpus"]) * 1e9];
        assert.deepEqual([host.Memory, host.NanoCpus], limits);
        assert.equal(host.MemorySwap, host.Memory);
        assert.deepEqual([host.ReadonlyRootfs, host.CapDrop], [true, ["ALL"]]);
        assert.deepEqual(host.SecurityOpt, inputs["securityOpts"]);
        assert.deepEqual([host.Dns, host.PidMode], [inputs["dns"], inputs["pidMode"]]);
        const { tests } = inputs["healthcheck"] as { tests: string[] };
        assert.deepEqual(body.Healthcheck?.Test, tests);
        assert.deepEqual(
          [host.NetworkMode, host.PortBindings, host.RestartPolicy],
          ["none", undefined, undefined],
        );
        assert.equal(body.name, undefined);
        for (const { ReadOnly } of host.Mounts ?? []) assert.equal(ReadOnly, true);
      });
    }
  });

  it("has memory in the place of its data, for the same user", async () => {
    const { HostConfig: host = {} } = bodyOf((await run()).named("monitoring-prometheus-trial"));
    assert.deepEqual(Object.keys(host.Tmpfs as object).sort(), ["/prometheus", "/tmp"]);
    assert.match(
      (host.Tmpfs as Record<string, string>)["/prometheus"] ?? "",
      /mode=0700,uid=65534,gid=65534$/,
    );
    assert.deepEqual(
      host.Mounts?.map(({ Target }) => Target),
      ["/etc/prometheus"],
    );
  }).timeout(patience);

  it("is tried by its own program, MySQL's without its data", async () => {
    const deployment = await run();
    const mysql = bodyOf(deployment.named("infrastructure-mysql-trial"));
    assert.deepEqual([mysql.Entrypoint, mysql.Cmd].flat(), trialProgram);
    const { WEBNET_RUNNING_ASKED } = environmentOf(deployment.named("infrastructure-mysql-trial"));
    assert.equal(WEBNET_RUNNING_ASKED, '["mysqld","--version"]');
    const prometheus = bodyOf(deployment.named("monitoring-prometheus-trial"));
    assert.deepEqual(prometheus.Cmd, deployment.named("monitoring-prometheus").inputs["command"]);
  }).timeout(patience);

  inEveryScenario(
    "is not deleted along with an image or data that its settings name otherwise",
    (deployment) => {
      const images = deployment.ofType("docker:index/remoteImage:RemoteImage");
      const data = ["infrastructure-mysql-data", "monitoring-prometheus-data"].map((name) =>
        deployment.named(name),
      );
      for (const { name, options } of [...images, ...data])
        assert.equal(options.deleteBeforeReplace, false, name);
    },
  );

  it("is tried again only when its description changes", async () => {
    const of = (changes: object): Promise<Deployment> => run({ changes: { ...bothColors, ...changes } });
    const before = await of({});
    const tag = difference(before, await of({ activeColor: "green" }));
    assert.deepEqual(
      tag.changed.filter((name) => name.endsWith("-trial")),
      [],
    );
    // The second setting is in a configuration file.
    for (const changes of [{ "mysql.limits.cpus": 2 }, { "mysql.maxConnections": 50 }]) {
      const after = await of(changes);
      const { changed } = difference(before, after);
      assert.deepEqual(
        changed.filter((name) => name.endsWith("-trial")),
        ["infrastructure-mysql-trial"],
      );
      const trial = "infrastructure-mysql-trial";
      assert.deepEqual(changedInputs(before.named(trial), after.named(trial)), ["environment"]);
    }
  }).timeout(patience);

  it("waits for the releases where nobody is answered meanwhile, and for none where nothing is made anew", async () => {
    const edge = (await run({ changes: bothColors })).named("gateway-edge").inputs;
    const list = edge["labels"] as { label: string; value: string }[];
    const labels = Object.fromEntries(list.map(({ label, value }) => [label, value]));
    const engine = { containers: [{ name: String(edge["name"]), labels }] };
    const waitsFor = async (changes: Config) =>
      (await run({ changes: { ...bothColors, ...changes }, engine })).named("gateway-handover").dependencies;
    const releases = (names: readonly string[]) => names.filter((name) => name.startsWith("application-"));
    // The state of these runs is empty: preflight would report the edge as lost.
    process.env[recoveringVariable] = "true";
    try {
      assert.deepEqual(releases(await waitsFor({})), []);
      const waited = releases(await waitsFor({ "gateway.httpPort": 8081 }));
      for (const color of [/blue.*gate/, /green.*gate/]) assert.ok(waited.some((name) => color.test(name)));
    } finally {
      Reflect.deleteProperty(process.env, recoveringVariable);
    }
  }).timeout(patience);
});

describe("the monitoring", () => {
  inEveryScenario(
    "comes after all that serves, so that nothing of it can keep that from being done",
    (deployment) => {
      const [monitoring] = deployment.ofType("webnet:stacks:Monitoring");
      const { dependencies } = deployment.named("gateway-route");
      assert.ok(monitoring?.dependencies.includes("gateway-route"));
      const [infrastructure] = deployment.ofType("webnet:stacks:Infrastructure");
      const before = deployment.ofType(containerType).filter(({ name }) => !name.startsWith("monitoring-"));
      for (const { name, dependencies: awaited } of [...before, infrastructure].filter(
        (one) => one !== undefined,
      ))
        assert.ok(!awaited.some((other) => other.startsWith("monitoring")), name);
      assert.ok(!dependencies.some((name) => name.startsWith("monitoring")));
    },
  );

  inEveryScenario("says at its gates that everything else was done", (deployment) => {
    for (const name of alone.filter((one) => one.startsWith("monitoring-"))) {
      const gate = environmentOf(deployment.named(`${name}-gate`));
      assert.equal(gate["WEBNET_MEANWHILE"], "All that serves was brought up to date before, and serves.");
      assert.equal(gate["WEBNET_ASKS"], "container");
    }
  });
});
