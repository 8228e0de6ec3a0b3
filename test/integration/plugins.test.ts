import assert from "node:assert/strict";
import * as docker from "@pulumi/docker";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { connectEngine } from "../../engine/client.ts";
import { publishedAddresses } from "../../settings/addresses.ts";
import { processors } from "../../settings/processors.ts";
import { localEnvironment, localPaths } from "../../dev/toolchain/environment.ts";
import { base } from "../../dev/toolchain/images/catalogue.ts";
import { makeDescribed } from "../../dev/toolchain/images/make-image.ts";
import { otherPlugins } from "../../dev/platform/platform.ts";
import { freePort } from "../../dev/platform/ports.ts";

const name = `test-plugins-${process.pid}`;

const inner = `${name}-inner`;

/** Must hold with the released docker provider and with the one that set-up builds: see CONTRIBUTING.md. */
describe("the docker provider", function () {
  this.timeout("10m");
  const environment = localEnvironment();
  const engine = connectEngine(process.env["WEBNET_TEST_ENGINE"] ?? environment["DOCKER_HOST"]);
  let stack: Stack;
  let port: number;
  let image: string;
  let address: string;
  let cpus = 0.25;

  const program = (): Promise<void> => {
    const labels = [{ label: "webnet.stack", value: name }];
    const network = new docker.Network("network", { name, driver: "bridge", labels });
    new docker.Container("container", {
      name,
      // The program names images by id.
      image,
      command: ["sleep", "600"],
      networkMode: "bridge",
      networksAdvanced: [{ name: network.name }],
      ports: publishedAddresses(address).map((ip) => ({ internal: 8080, external: port, ip })),
      memory: 32,
      memorySwap: 32,
      cpus: processors(cpus),
      logDriver: "json-file",
      logOpts: { "max-size": "1m" },
      mustRun: true,
      stopSignal: "SIGKILL",
      labels,
    });
    // Has no ports: the provider reads a stopped container without its ports, and would replace it.
    new docker.Container("inner", {
      name: inner,
      image,
      command: ["sleep", "600"],
      networkMode: "none",
      labels,
    });
    return Promise.resolve();
  };

  before(async () => {
    const host = process.env["WEBNET_TEST_ENGINE"] ?? environment["DOCKER_HOST"] ?? "";
    await makeDescribed(host, base, () => undefined);
    image = (await engine.getImage(base.reference).inspect()).Id;
    port = await freePort();
    // An older engine returns two bindings in another order, and preflight refuses them there.
    const { ServerVersion } = (await engine.info()) as { ServerVersion: string };
    address = Number.parseInt(ServerVersion, 10) >= 28 ? "::" : "::1";
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: "webnet", program },
      {
        projectSettings: { name: "webnet", runtime: "nodejs", ...otherPlugins() },
        envVars: { ...environment, DOCKER_HOST: host },
        pulumiCommand: await PulumiCommand.get({ root: localPaths.made, skipVersionCheck: true }),
      },
    );
    await stack.up();
  });

  after(async () => {
    await stack.destroy();
    await stack.workspace.removeStack(name);
  });

  const planned = async (): Promise<Record<string, number>> => {
    const { changeSummary } = await stack.preview();
    return Object.fromEntries(Object.entries(changeSummary).filter(([op]) => op !== "same"));
  };

  it("makes it with its limits, and reads back what was written: ports of both families, processors, memory", async () => {
    const { HostConfig } = await engine.getContainer(name).inspect();
    assert.equal(HostConfig.NanoCpus, 0.25e9);
    assert.equal(HostConfig.Memory, 32 * 1024 ** 2);
    assert.deepEqual(await planned(), {});
    await stack.refresh();
    assert.deepEqual(await planned(), {});
  });

  it("leaves one that has stopped where it is, and starts it", async () => {
    const { Id } = await engine.getContainer(inner).inspect();
    await engine.getContainer(inner).stop({ t: 0 });
    await stack.refresh();
    assert.equal((await engine.getContainer(inner).inspect()).Id, Id);
    await stack.up();
    const { Id: after, State } = await engine.getContainer(inner).inspect();
    assert.deepEqual([after, State.Running], [Id, true]);
    assert.deepEqual(await planned(), {});
  });

  it("is refused more processors than there are, which is an error and no warning", async () => {
    cpus = 250;
    await assert.rejects(stack.up(), /[Rr]ange of CPUs/);
    cpus = 0.25;
    await stack.up();
  });
});
