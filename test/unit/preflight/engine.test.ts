import assert from "node:assert/strict";
import type Docker from "dockerode";
import { inspectEngine } from "../../../preflight/engine.ts";
import { blocks } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

const able = {
  MemoryLimit: true,
  SwapLimit: true,
  CpuCfsQuota: true,
  CgroupVersion: "2",
  SecurityOptions: ["name=seccomp,profile=default", "name=cgroupns"],
};

async function look(info: object, changes: Config = {}) {
  const docker = { info: () => Promise.resolve({ ...able, ...info }) } as unknown as Docker;
  return await inspectEngine(
    docker,
    platformWith({ "engine.host": "tcp://192.0.2.7:2375", ...changes }).settings,
    "prod",
  );
}

describe("preflight: the engine", () => {
  it("that can limit containers is fine, and so is one that doesn't say", async () => {
    const infos = [{}, { SwapLimit: undefined, SecurityOptions: null }, { SecurityOptions: ["name=userns"] }];
    for (const info of infos) {
      const { problems, warnings } = await look(info);
      assert.deepEqual([problems, warnings], [[], []]);
    }
  });

  it("hands connections on between gateways where its kernel is 5.14 or newer", async () => {
    const can = async (KernelVersion?: string) => (await look({ KernelVersion })).canMigrateConnections;
    for (const kernel of ["5.14.0-362.el9.x86_64", "5.15.0-101-generic", "6.1.0-18-amd64", "10.0"])
      assert.equal(await can(kernel), true, kernel);
    for (const kernel of ["5.13.19", "4.18.0-553.el8.x86_64", "5.4.0", "linuxkit", "", undefined])
      assert.equal(await can(kernel), false, kernel);
  });

  it("that accounts for no swap is named, with the kernel's option", async () => {
    const { problems } = await look({ SwapLimit: false, CgroupVersion: "1" });
    assert.deepEqual(blocks(problems), [
      `
the engine's kernel
  problem: the engine can't limit containers' swap: a container that exceeds its limit would take its host down
  got:     cgroup version 1
  allowed: limits of memory, swap and processors (\`docker info\` warns of what is missing)
  fix:     sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&cgroup_enable=memory swapaccount=1 /' /etc/default/grub
  then:    sudo update-grub && sudo reboot
`.trim(),
    ]);
  });

  it("that tells two bindings in another order is refused for both families, and for one it isn't", async () => {
    const [gateway] = (await look({ ServerVersion: "20.10.24+dfsg1" }, { "gateway.bindAddress": "::" }))
      .problems;
    assert.equal(gateway?.at, "webnet:gateway.bindAddress");
    assert.match(gateway.what, /version 20\.10\.24\+dfsg1, tells two bindings of a port in another order/);
    const without = async (ServerVersion: string | undefined, address: string) =>
      (await look({ ServerVersion }, { "gateway.bindAddress": address })).problems;
    assert.deepEqual(await without("20.10.24", "0.0.0.0"), []);
    assert.deepEqual(await without("20.10.24", "::1"), []);
    assert.deepEqual(await without("28.5.2+dfsg4", "::"), []);
    assert.deepEqual(await without(undefined, "::"), []);
  });

  it("without root is named where it can limit nothing, with what to delegate", async () => {
    const limits = { MemoryLimit: false, SwapLimit: false, CpuCfsQuota: false };
    const { problems } = await look({ ...limits, SecurityOptions: ["name=rootless"] });
    assert.match(problems[0]?.what ?? "", /limit containers' memory, swap, processors:/);
    assert.match(problems[0]?.got ?? "", /^cgroup version 2, an engine without root$/);
    assert.match(blocks(problems).join(), /Delegate=cpu cpuset io memory pids/);
  });

  it("without root is warned of for a port that may be closed to it", async () => {
    const rootless = { SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"] };
    const { problems, warnings } = await look(rootless);
    assert.deepEqual(problems, []);
    assert.match(warnings.join(), /closed to the port 80: .*ip_unprivileged_port_start=80/);
    assert.deepEqual((await look(rootless, { "gateway.httpPort": 8080 })).warnings, []);
  });
});
