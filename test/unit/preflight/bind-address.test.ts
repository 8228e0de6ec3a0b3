import assert from "node:assert/strict";
import type Docker from "dockerode";
import { withGatewayAddress } from "../../../preflight/bind-address.ts";
import { blocks } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

interface Scene {
  changes?: Config;
  version?: string;
  /** Addresses on which the stack's edge is to publish. Undefined: no edge. */
  published?: string[];
  /** Those of them that it really publishes. Default: all. A stopped edge publishes none. */
  really?: string[];
  isStopped?: boolean;
  /** True if the engine accepts `::` and publishes nothing there. Default: false. */
  drops?: boolean;
  /** True if the engine has the image and the network for a trial. Default: true. */
  canBeAsked?: boolean;
  /** The engine's refusal of `::`. Default: none. */
  refusal?: string;
  networks?: object[];
}

const remote = { "engine.host": "tcp://192.0.2.7:2375" };

async function addressIn(scene: Scene): Promise<{ address: string; asked: string[] }> {
  const { address, asked } = await lookIn(scene);
  return { address, asked };
}

async function lookIn(scene: Scene): Promise<{ address: string; asked: string[]; warnings: string[] }> {
  const { changes = {}, version = "28.5.2", published, canBeAsked = true, refusal, networks = [] } = scene;
  const { really = published ?? [], isStopped = false, drops = false } = scene;
  const { settings } = platformWith({ ...remote, ...changes });
  const asked: string[] = [];
  const there = (isThere: boolean) => ({
    inspect: () =>
      isThere
        ? Promise.resolve({ Id: "1" })
        : Promise.reject(Object.assign(new Error("no"), { statusCode: 404 })),
  });
  const docker = {
    info: () => Promise.resolve({ ServerVersion: version }),
    listNetworks: () => Promise.resolve(networks),
    getImage: () => there(canBeAsked),
    getNetwork: () => there(canBeAsked),
    getContainer: () => ({
      inspect: () =>
        Promise.resolve({
          HostConfig: {
            PortBindings: { "80/tcp": published?.map((HostIp) => ({ HostIp, HostPort: "80" })) },
          },
        }),
    }),
    createContainer: ({ HostConfig }: Docker.ContainerCreateOptions) => {
      const bindings = HostConfig?.PortBindings as Record<string, { HostIp: string }[]>;
      asked.push(...Object.values(bindings).flatMap((list) => list.map(({ HostIp }) => HostIp)));
      return Promise.resolve({
        start: () => (refusal === undefined ? Promise.resolve() : Promise.reject(new Error(refusal))),
        inspect: () => Promise.resolve({ NetworkSettings: { Ports: drops ? { "80/tcp": null } : bindings } }),
        remove: () => Promise.resolve(),
      });
    },
  } as unknown as Docker;
  const labels = { "webnet.stack": "prod", "webnet.role": "edge" };
  const Ports = isStopped ? [] : really.map((IP) => ({ IP, PrivatePort: 80, PublicPort: 80, Type: "tcp" }));
  const State = isStopped ? "exited" : "running";
  const edge = { Id: "edge", Labels: labels, State, Ports, NetworkSettings: { Networks: {} } };
  const containers = (published === undefined ? [] : [edge]) as unknown as Docker.ContainerInfo[];
  const found = await withGatewayAddress({ docker, settings, stack: "prod", containers });
  const address = "problem" in found ? blocks([found.problem]).join() : found.settings.gateway.bindAddress;
  return { address, asked, warnings: "problem" in found ? [] : found.warnings };
}

describe("preflight: the gateway's address that nobody named", () => {
  it("is that of both families where engine and host have them", async () => {
    assert.deepEqual(await addressIn({}), { address: "::", asked: ["::"] });
  });

  it("is that of IPv4 where the host is without IPv6", async () => {
    const refusal = "listen tcp6 [::]:0: socket: address family not supported by protocol";
    assert.equal((await addressIn({ refusal })).address, "0.0.0.0");
  });

  it("is that of IPv4 where the engine publishes nothing by IPv6, and says nothing of it", async () => {
    assert.deepEqual(await addressIn({ drops: true }), { address: "0.0.0.0", asked: ["::"] });
  });

  it("isn't guessed where the engine fails", async () => {
    assert.equal(
      (await addressIn({ refusal: "no space left on device" })).address,
      `
webnet:gateway.bindAddress
  problem: whether the engine can publish by IPv6 can't be told: no space left on device
  got:     auto
  allowed: auto, on an engine that answers; or :: (both families) or 0.0.0.0 (IPv4)
  fix:     pulumi preview --stack prod
  or:      pulumi config set --path 'webnet:gateway.bindAddress' 0.0.0.0 --stack prod`.trim(),
    );
  });

  it("is that of IPv4 on an engine that confuses the two, which isn't asked", async () => {
    for (const version of ["20.10.24+dfsg1", "27.5.1", ""])
      assert.deepEqual(await addressIn({ version }), { address: "0.0.0.0", asked: [] }, version);
  });

  it("is that of IPv4 where nobody can be asked, which a warning says with the way out", async () => {
    assert.deepEqual(await lookIn({ canBeAsked: false }), {
      address: "0.0.0.0",
      asked: [],
      warnings: [
        "whether the engine can publish by IPv6 can't be told before it has the image nginx:1.30.6: " +
          "webnet:gateway.bindAddress auto becomes 0.0.0.0, IPv4 alone, and stays so after the update. For IPv6 too, " +
          "run `docker pull nginx:1.30.6` on the engine before the first update, or " +
          "`pulumi config set --path 'webnet:gateway.bindAddress' :: --stack prod`",
      ],
    });
  });

  it("is told without a warning where the engine itself has said what it is", async () => {
    const refusal = "listen tcp6 [::]:0: socket: address family not supported by protocol";
    for (const scene of [{}, { refusal }, { drops: true }, { version: "27.5.1" }, { published: ["0.0.0.0"] }])
      assert.deepEqual((await lookIn(scene)).warnings, []);
  });

  it("is that of IPv4 on an adopted network with IPv6 of its own", async () => {
    const changes = { "network.name": "shop", "network.adopt": true };
    const networks = [{ Name: "shop", EnableIPv6: true }];
    assert.equal((await addressIn({ changes, networks })).address, "0.0.0.0");
    assert.equal(
      (await addressIn({ changes, networks: [{ Name: "shop", EnableIPv6: false }] })).address,
      "::",
    );
  });

  it("stays what the edge that is there has", async () => {
    assert.deepEqual(await addressIn({ published: ["0.0.0.0"] }), { address: "0.0.0.0", asked: [] });
    assert.deepEqual(await addressIn({ published: ["0.0.0.0", "::"] }), { address: "::", asked: [] });
    const both = ["0.0.0.0", "::"];
    assert.equal((await addressIn({ published: both, isStopped: true })).address, "::");
    // The engine dropped `::`, and would do so again.
    assert.equal((await addressIn({ published: both, really: ["0.0.0.0"] })).address, "0.0.0.0");
    // The operator took a narrower one out of the config.
    assert.equal((await addressIn({ published: ["127.0.0.1"] })).address, "::");
  });

  it("isn't looked for where there is one", async () => {
    for (const named of ["0.0.0.0", "127.0.0.1", "::"])
      assert.deepEqual(
        await addressIn({ changes: { "gateway.bindAddress": named }, published: ["0.0.0.0"] }),
        { address: named, asked: [] },
        named,
      );
  });
});
