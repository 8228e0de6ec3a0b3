import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { localPaths } from "../../../../dev/toolchain/environment.ts";
import { pluginProgram } from "../../../../dev/toolchain/plugins.ts";
import type { PluginName } from "../../../../dev/toolchain/versions.ts";
import { missing, sdkInputs, type Names } from "./sdk-typings.ts";

interface Property {
  input: boolean;
  properties?: Record<string, Property>;
}

function inputsOf(properties: Record<string, Property>): Names {
  const inputs = Object.entries(properties).filter(([, { input }]) => input);
  return Object.fromEntries(inputs.map(([name, property]) => [name, inputsOf(property.properties ?? {})]));
}

function askPlugin(name: PluginName, question: string): unknown {
  return JSON.parse(execFileSync(pluginProgram(name), [question], { encoding: "utf8" }));
}

const container = "docker:index/container:Container";

// Properties of the SDK that the built plugin's upstream provider lacks: setting one is an error there.
const absentUpstream: Record<string, string[]> = {
  [container]: [
    "cgroupParent",
    "cgroupnsMode",
    "cpuPeriod",
    "cpuQuota",
    "deviceCgroupRules",
    "deviceReadBps",
    "deviceReadIops",
    "deviceRequests",
    "deviceWriteBps",
    "deviceWriteIops",
    "healthcheck.startInterval",
    "mounts.volumeOptions.subpath",
    "networksAdvanced.driverOpts",
    "networksAdvanced.gwPriority",
    "networksAdvanced.linkLocalIps",
    "networksAdvanced.macAddress",
    "platform",
    "uploads.group",
    "uploads.owner",
    "uploads.permissions",
    "volumes.selinuxRelabel",
  ],
  docker: ["context", "disableDockerDaemonCheck", "registryAuth.authDisabled"],
  "docker:index/network:Network": ["ipamOptions"],
  "docker:index/volume:Volume": ["cluster"],
  "docker:index/remoteImage:RemoteImage": ["platform"],
};

// Properties that the upstream provider has and the SDK no longer has.
const goneFromSdk: Record<string, string[]> = {
  [container]: ["links", "networkAliases", "networks"],
  "docker:index/network:Network": ["checkDuplicate"],
  "docker:index/remoteImage:RemoteImage": ["pullTrigger"],
};

describe("the built plugins speak the SDK's names", () => {
  before(function () {
    if (existsSync(join(localPaths.stamps, "plugin-docker-released"))) this.skip();
  });

  const dockerResources: [token: string, file: string, args: string][] = [
    [container, "container.d.ts", "ContainerArgs"],
    ["docker:index/network:Network", "network.d.ts", "NetworkArgs"],
    ["docker:index/volume:Volume", "volume.d.ts", "VolumeArgs"],
    ["docker:index/remoteImage:RemoteImage", "remoteImage.d.ts", "RemoteImageArgs"],
    ["docker", "provider.d.ts", "ProviderArgs"],
  ];
  for (const [token, file, args] of dockerResources) {
    it(token, () => {
      const plugin = inputsOf(
        (askPlugin("docker", "--property-names") as Record<string, Record<string, Property>>)[token] ?? {},
      );
      const sdk = sdkInputs("docker", file, args);
      // The provider builds no image: the engine pulls the platform's images, or set-up makes them.
      delete plugin["build"];
      delete sdk["build"];
      assert.deepEqual(missing(plugin, sdk).sort(), goneFromSdk[token] ?? []);
      assert.deepEqual(missing(sdk, plugin).sort(), absentUpstream[token] ?? []);
    });
  }

  const randomResources: [token: string, file: string, args: string][] = [
    ["random:index/randomPassword:RandomPassword", "randomPassword.d.ts", "RandomPasswordArgs"],
    ["random:index/randomId:RandomId", "randomId.d.ts", "RandomIdArgs"],
    ["random:index/randomString:RandomString", "randomString.d.ts", "RandomStringArgs"],
  ];
  for (const [token, file, args] of randomResources) {
    it(token, () => {
      const plugin = inputsOf(
        (askPlugin("random", "--property-names") as Record<string, Record<string, Property>>)[token] ?? {},
      );
      const sdk = sdkInputs("random", file, args);
      assert.deepEqual(missing(plugin, sdk).sort(), goneFromSdk[token] ?? []);
      assert.deepEqual(missing(sdk, plugin).sort(), []);
    });
  }

  it("command:local:Command", () => {
    const schema = askPlugin("command", "--schema") as {
      resources: Record<
        string,
        { inputProperties: Record<string, unknown>; properties: Record<string, unknown> }
      >;
    };
    const command = schema.resources["command:local:Command"];
    assert.ok(command);
    const sdk = Object.keys(sdkInputs("command", "local/command.d.ts", "CommandArgs")).sort();
    assert.deepEqual(Object.keys(command.inputProperties).sort(), sdk);
    assert.deepEqual(
      Object.keys(command.properties).sort(),
      [...sdk, "archive", "assets", "stderr", "stdout"].sort(),
    );
  });
});
