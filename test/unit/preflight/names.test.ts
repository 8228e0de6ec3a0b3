import assert from "node:assert/strict";
import { inspectNames, inspectStackName } from "../../../preflight/names.ts";
import { blocks } from "../../../settings/problem.ts";
import { serviceFacts } from "../../../settings/services.ts";
import { edgeContainerName, serviceName } from "../../../workload/names.ts";
import { containerType } from "../support/containers.ts";
import { fakeDocker } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";
import { inEveryScenario } from "../support/scenarios.ts";

const longest = "s".repeat(33);

describe("preflight: the stack's name", () => {
  it("may be as long as the longest name on the network allows", () => {
    assert.deepEqual(inspectStackName("prod"), []);
    assert.deepEqual(inspectStackName(longest), []);
    assert.equal(`webnet-${longest}-backend-green-1a2b3c4d`.length, 63);
  });

  it("is refused where nothing would find its containers", () => {
    assert.deepEqual(blocks(inspectStackName(`${longest}s`)), [
      `
the stack's name
  problem: names of its containers would be longer than a DNS name can be, and nothing would find them on the network
  got:     ssssssssssssssssssssssssssssssssss (34 characters)
  allowed: at most 33 characters
  fix:     pulumi stack init <name>
  then:    cp Pulumi.ssssssssssssssssssssssssssssssssss.yaml Pulumi.<name>.yaml
`.trim(),
    ]);
  });

  inEveryScenario("makes no longer name than a release's", (deployment) => {
    const room = 63 - longest.length;
    for (const { inputs } of deployment.ofType(containerType)) {
      const { length } = String(inputs["name"]).replace("prod", "");
      assert.ok(length <= room, String(inputs["name"]));
    }
  });
});

describe("preflight: names of containers", () => {
  const find = async (name: string, stack?: string) => {
    const container = { name, ...(stack !== undefined && { stack }) };
    const { docker } = fakeDocker({ containers: [container] });
    return inspectNames(
      platformWith(),
      { releases: ["blue-1a2b3c4d"], gateway: "0a1b2c3d" },
      await docker.listContainers(),
    );
  };

  it("are refused where somebody else's container has one", async () => {
    assert.deepEqual(blocks(await find("webnet-prod-mysql")), [
      `
the container webnet-prod-mysql
  problem: a container of this stack is to have its name, and this one is somebody else's
  allowed: a name that is free
  fix:     docker rename webnet-prod-mysql <name>
`.trim(),
    ]);
    assert.equal((await find("webnet-prod-backend-blue-1a2b3c4d", "other")).length, 1);
    assert.equal((await find("webnet-prod-gateway-0a1b2c3d")).length, 1);
  });

  it("are fine where they are the stack's own, or nobody wants them", async () => {
    assert.deepEqual(await find("webnet-prod-mysql", "prod"), []);
    assert.deepEqual(await find("webnet-prod-backend-blue-0000000f"), []);
    assert.deepEqual(await find("webnet-prod-gateway-0000000f"), []);
    assert.deepEqual(await find("webnet-production-mysql"), []);
  });

  inEveryScenario("of services that run once are all known", (deployment) => {
    const known: string[] = [
      edgeContainerName("webnet-prod"),
      ...serviceFacts.map(({ role }) => serviceName("webnet-prod", role)),
    ];
    // Two gateways run side by side for a while. Neither has a name on the network.
    known.push("webnet-prod-gateway");
    for (const { name, inputs } of deployment.ofType(containerType))
      if (!name.startsWith("application-"))
        assert.ok(known.includes(String(inputs["name"]).replace(/-[0-9a-f]{8}$/, "")), name);
  });
});
