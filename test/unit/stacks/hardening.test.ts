import assert from "node:assert/strict";
import type { Registered } from "../support/program.ts";
import { inEveryScenario, within } from "../support/scenarios.ts";
import { containerType, labelsOf } from "../support/containers.ts";

/** Declares a test of every container in every scenario. */
function everyContainer(title: string, check: (inputs: Record<string, unknown>, role: string) => void): void {
  inEveryScenario(title, (deployment) => {
    const containers = deployment.ofType(containerType);
    assert.ok(containers.length >= 7, `only ${containers.length} containers`);
    for (const container of containers) {
      within(container.name, () => {
        check(container.inputs, roleOf(container));
      });
    }
  });
}

const roleOf = (container: Registered): string => labelsOf(container)["webnet.role"] ?? "";

describe("every container", () => {
  everyContainer("can change nothing but its volumes and its memory", ({ readOnly, tmpfs }, role) => {
    assert.equal(readOnly, true);
    const exec = role === "backend" ? "exec" : "noexec";
    for (const options of Object.values((tmpfs ?? {}) as Record<string, string>))
      assert.match(options, new RegExp(`^rw,${exec},nosuid,nodev,size=\\d+,`));
  });

  everyContainer("has no privilege", ({ capabilities, securityOpts, privileged, user }) => {
    assert.deepEqual(capabilities, { drops: ["ALL"] });
    assert.ok((securityOpts as string[]).includes("no-new-privileges:true"));
    assert.equal(privileged, undefined);
    assert.match(String(user), /^[1-9]\d*:[1-9]\d*$/);
  });

  everyContainer(
    "sees nothing of the host, node-exporter apart",
    ({ mounts, pidMode, usernsMode, networkMode }, role) => {
      const binds = (mounts as Record<string, unknown>[]).filter(({ type }) => type !== "volume");
      const own = { type: "bind", source: "/", target: "/host", readOnly: true };
      assert.deepEqual(binds, role === "node-exporter" ? [own] : []);
      assert.equal(pidMode, role === "node-exporter" ? "host" : undefined);
      // Otherwise an engine that maps its users refuses the host's processes.
      assert.equal(usernsMode, pidMode);
      assert.equal(networkMode, role === "gateway" ? "container:webnet-prod-edge" : "bridge");
    },
  );

  everyContainer("is limited in memory, without swap, and in CPU", ({ memory, memorySwap, cpus }) => {
    assert.ok(typeof memory === "number" && memory > 0);
    assert.equal(memorySwap, memory);
    // As the released provider reads it back. "1" would differ from "1.0": every run would replace the container.
    assert.match(String(cpus), /^\d+\.\d+$/);
  });

  everyContainer("keeps its log small", ({ logDriver, logOpts }) => {
    assert.equal(logDriver, "json-file");
    assert.deepEqual(logOpts, { "max-size": "10m", "max-file": "3" });
  });

  everyContainer("comes back by itself", ({ restart, mustRun, rm }) => {
    assert.equal(restart, "always");
    assert.equal(mustRun, true);
    assert.equal(rm, undefined);
  });

  everyContainer("is asked for its health, for which the provider doesn't wait", ({ healthcheck, wait }) => {
    const { tests, interval, timeout, retries, startPeriod } = healthcheck as Record<string, unknown>;
    assert.ok(Array.isArray(tests) && tests[0] === "CMD" && tests.length > 1);
    for (const time of [interval, timeout, startPeriod])
      assert.match(String(time), /^(?:(?:[1-9]\d*h)?\d+m)?\d+s$/);
    assert.ok(Number(retries) > 0);
    assert.equal(wait, false);
  });

  everyContainer("gets time to stop", ({ stopSignal, stopTimeout, destroyGraceSeconds }, role) => {
    // The edge has nothing to finish, and holds the ports until it has ended.
    const signals: Record<string, string> = { gateway: "SIGQUIT", edge: "SIGKILL" };
    assert.equal(stopSignal, signals[role] ?? "SIGTERM");
    assert.ok(Number(destroyGraceSeconds) > 0);
    assert.equal(stopTimeout, destroyGraceSeconds);
  });

  everyContainer("runs an image by its id", ({ image }) => {
    assert.match(String(image), /^sha256:[0-9a-f]{64}$/);
  });

  inEveryScenario("says whose it is, and so does every volume and network", (deployment) => {
    const made = ["container:Container", "volume:Volume", "network:Network"].flatMap((type) =>
      deployment.ofType(`docker:index/${type}`),
    );
    for (const resource of made) {
      if (resource.name === "network-adopted") continue;
      const labels = labelsOf(resource);
      assert.equal(labels["webnet.stack"], "prod", resource.name);
      assert.match(labels["webnet.role"] ?? "", /^[a-z-]+$/, resource.name);
    }
  });
});
