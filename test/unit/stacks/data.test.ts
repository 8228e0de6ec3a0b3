import assert from "node:assert/strict";
import { containerType, gatewayOf, labelsOf, volumeType } from "../support/containers.ts";
import { bothColors, run, type Deployment } from "../support/program.ts";
import { inEveryScenario, patience } from "../support/scenarios.ts";

const dataVolumes = ["infrastructure-mysql-data", "monitoring-prometheus-data"];

describe("volumes with data", () => {
  inEveryScenario("have fixed names", (deployment) => {
    const names = dataVolumes.map((name) => deployment.named(name).inputs["name"]);
    assert.deepEqual(names, ["webnet-prod-mysql-data", "webnet-prod-prometheus-data"]);
  });

  inEveryScenario("stay when their resource goes, and are protected", (deployment) => {
    for (const name of dataVolumes) {
      const { options } = deployment.named(name);
      assert.deepEqual([options.retainOnDelete, options.protect], [true, true], name);
    }
  });

  it("can be unprotected, and stay all the same", async () => {
    const deployment = await run({ changes: { "data.protect": false } });
    for (const name of dataVolumes) {
      const { options } = deployment.named(name);
      assert.deepEqual([options.retainOnDelete, options.protect], [true, false], name);
    }
  }).timeout(patience);

  it("can be ones that exist already", async () => {
    const deployment = await run({
      changes: { "mysql.dataVolume": "old_mysql", "monitoring.dataVolume": "old_prometheus" },
    });
    const names = dataVolumes.map((name) => deployment.named(name).inputs["name"]);
    assert.deepEqual(names, ["old_mysql", "old_prometheus"]);
    assert.equal(mountsOf(deployment, "infrastructure-mysql")["/var/lib/mysql"]?.source, "old_mysql");
  }).timeout(patience);

  inEveryScenario("are never replaced for labels or options that another system gave them", (deployment) => {
    for (const name of dataVolumes)
      assert.deepEqual(deployment.named(name).options.ignoreChanges, ["labels", "driverOpts"], name);
  });

  inEveryScenario("are the labelled ones, and the only ones that are kept", (deployment) => {
    for (const volume of deployment.ofType(volumeType)) {
      const holdsData = [...dataVolumes, "gateway-certbot-data"].includes(volume.name);
      assert.equal(labelsOf(volume)["webnet.data"], holdsData ? "true" : undefined, volume.name);
      assert.equal(volume.options.retainOnDelete, holdsData, volume.name);
    }
  });
});

describe("mounts", () => {
  inEveryScenario("are writable only where a service has its data", (deployment) => {
    const writable = deployment.ofType(containerType).flatMap(({ name }) =>
      Object.entries(mountsOf(deployment, name))
        .filter(([, { readOnly }]) => !readOnly)
        .map(([target, { source }]) => `${name} ${target} ${source}`),
    );
    const byAcme = deployment.ofType(containerType).some(({ name }) => name === "gateway-certbot-container");
    assert.deepEqual(writable.sort(), [
      ...(byAcme
        ? [
            "gateway-certbot-container /srv/acme webnet-prod-acme",
            "gateway-certbot-container /var/lib/webnet-certbot webnet-prod-certificates",
          ]
        : []),
      "gateway-edge /etc/webnet webnet-prod-gateway-config",
      "gateway-edge /var/cache/nginx webnet-prod-gateway-temporary",
      `${gatewayOf(deployment).name} /etc/webnet webnet-prod-gateway-config`,
      `${gatewayOf(deployment).name} /run/webnet webnet-prod-serving`,
      `${gatewayOf(deployment).name} /var/cache/nginx webnet-prod-gateway-temporary`,
      "infrastructure-mysql /var/lib/mysql webnet-prod-mysql-data",
      "monitoring-prometheus /prometheus webnet-prod-prometheus-data",
    ]);
  });

  inEveryScenario(
    "let every backend read which release serves, and the gateway alone say it",
    (deployment) => {
      const gateway = gatewayOf(deployment).name;
      for (const { name, inputs } of deployment.ofType(containerType)) {
        const mount = mountsOf(deployment, name)["/run/webnet"];
        if (name !== gateway && !name.endsWith("-backend")) assert.equal(mount, undefined, name);
        else
          assert.deepEqual([mount?.source, mount?.readOnly], ["webnet-prod-serving", name !== gateway], name);
        const release = /-((?:blue|green)-[0-9a-f]{8})-backend$/.exec(name)?.[1];
        const envs = inputs["envs"] as string[];
        if (release !== undefined) assert.ok(envs.includes(`WEBNET_RELEASE=${release}`), name);
      }
    },
  );

  inEveryScenario("take their volumes from resources of the stack", (deployment) => {
    const volumes = new Set(deployment.ofType(volumeType).map(({ inputs }) => inputs["name"]));
    for (const { name } of deployment.ofType(containerType)) {
      for (const { type, source } of Object.values(mountsOf(deployment, name)))
        if (type === "volume") assert.ok(volumes.has(source), `${name}: ${source}`);
    }
  });

  it("have no volume options, which the released provider takes only on newer engines", async () => {
    const deployment = await run({ changes: { ...bothColors } });
    for (const { name } of deployment.ofType(containerType)) {
      for (const mount of Object.values(mountsOf(deployment, name)))
        assert.deepEqual(Object.keys(mount).sort(), ["readOnly", "source", "target", "type"]);
    }
  }).timeout(patience);
});

interface MountInput {
  type: string;
  source: string;
  target: string;
  readOnly: boolean;
}

function mountsOf(deployment: Deployment, container: string): Record<string, MountInput> {
  const mounts = deployment.named(container).inputs["mounts"] as MountInput[];
  return Object.fromEntries(mounts.map((mount) => [mount.target, mount]));
}
