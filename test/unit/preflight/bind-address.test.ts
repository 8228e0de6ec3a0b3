import assert from "node:assert/strict";
import type Docker from "dockerode";
import { withGatewayAddress } from "../../../preflight/bind-address.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

interface Scene {
  changes?: Config;
  version?: string;
  /** What the stack's edge publishes on; left out where there is none. */
  published?: string[];
  /** Whether image and network are there, with which the engine can be asked. Default: yes. */
  canBeAsked?: boolean;
  /** What the engine says to `::`. Default: nothing. */
  refusal?: string;
  networks?: object[];
}

const remote = { "engine.host": "tcp://192.0.2.7:2375" };

async function addressIn(scene: Scene): Promise<{ address: string; asked: string[] }> {
  const { changes = {}, version = "28.5.2", published, canBeAsked = true, refusal, networks = [] } = scene;
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
        remove: () => Promise.resolve(),
      });
    },
  } as unknown as Docker;
  const labels = { "webnet.stack": "prod", "webnet.role": "edge" };
  const edge = { Id: "edge", Labels: labels, NetworkSettings: { Networks: {} } };
  const containers = (published === undefined ? [] : [edge]) as unknown as Docker.ContainerInfo[];
  const { gateway } = await withGatewayAddress({ docker, settings, stack: "prod", containers });
  return { address: gateway.bindAddress, asked };
}

describe("preflight: the gateway's address that nobody named", () => {
  it("is that of both families where engine and host have them", async () => {
    assert.deepEqual(await addressIn({}), { address: "::", asked: ["::"] });
  });

  it("is that of IPv4 where the host is without IPv6", async () => {
    const refusal = "listen tcp6 [::]:0: socket: address family not supported by protocol";
    assert.equal((await addressIn({ refusal })).address, "0.0.0.0");
  });

  it("is that of IPv4 on an engine that confuses the two, which isn't asked", async () => {
    for (const version of ["20.10.24+dfsg1", "27.5.1", ""])
      assert.deepEqual(await addressIn({ version }), { address: "0.0.0.0", asked: [] }, version);
  });

  it("is that of IPv4 where nobody can be asked", async () => {
    assert.deepEqual(await addressIn({ canBeAsked: false }), { address: "0.0.0.0", asked: [] });
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
    // Somebody took a narrower one out of the config.
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
