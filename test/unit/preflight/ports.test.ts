import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { inspectPorts, publishedPorts } from "../../../preflight/ports.ts";
import { blocks, type Problem } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, refusal, type Holdings } from "../support/fake-docker.ts";
import { freePort } from "../../../dev/platform/ports.ts";
import { platformWith } from "../support/platform.ts";

/** Settings in which `auto` is an address already. */
const settingsOf = (changes: Config) =>
  platformWith({ "gateway.bindAddress": "0.0.0.0", ...changes }).settings;
const elsewhere = { "engine.host": "ssh://deploy@192.0.2.7" };

async function look(
  containers: Holdings["containers"],
  changes: Config = elsewhere,
  holdings: Holdings = {},
): Promise<Problem[]> {
  const { docker } = fakeDocker({ containers: containers ?? [], ...holdings });
  return await inspectPorts(docker, settingsOf(changes), "prod", await docker.listContainers());
}

describe("preflight: ports", () => {
  it("are those that the settings publish", () => {
    const ports = (changes: Config) =>
      publishedPorts(settingsOf(changes)).map(({ port, address }) => `${address}:${port}`);
    assert.deepEqual(ports({}), ["0.0.0.0:80", "127.0.0.1:9090"]);
    assert.deepEqual(ports({ "mysql.port": 3307 }), ["0.0.0.0:80", "127.0.0.1:3307", "127.0.0.1:9090"]);
  });

  it("that nobody holds are fine", async () => {
    assert.deepEqual(await look([{ name: "other", ports: [{}, { PublicPort: 81, IP: "0.0.0.0" }] }]), []);
  });

  it("that the stack itself holds are fine", async () => {
    for (const role of ["gateway", "edge"]) {
      const ports = [{ PublicPort: 80, IP: "0.0.0.0" }];
      assert.deepEqual(await look([{ name: "webnet-prod-gateway", stack: "prod", role, ports }]), []);
    }
  });

  it("that another service of the stack still holds aren't given to a second one in the same update", async () => {
    const own = {
      name: "webnet-prod-mysql",
      stack: "prod",
      role: "mysql",
      ports: [{ PublicPort: 80, IP: "127.0.0.1" }],
    };
    assert.deepEqual(blocks(await look([own])), [
      `
webnet:gateway.httpPort
  problem: webnet-prod-mysql of this stack holds port 80 on 0.0.0.0, and one update can't give it to another service
  got:     80
  allowed: a port that is free on the engine's host
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod
  then:    pulumi up --stack prod
  then:    pulumi config set --path 'webnet:gateway.httpPort' 80 --stack prod
`.trim(),
    ]);
  });

  describe("are tried by the engine itself, wherever it is", () => {
    const nginx = { images: { "nginx:1.30.6": "sha256:nginx" }, networks: [{ Name: "bridge", Id: "1" }] };
    const refusing = (refusals: Record<string, string>): Holdings => ({
      ...nginx,
      refuseToPublish: (address, port) => refusals[`${address}:${port}`],
    });

    it("and are fine where it takes them", async () => {
      const asked: string[] = [];
      const refuseToPublish = (address: string, port: string) => {
        asked.push(`${address}:${port}`);
        return undefined;
      };
      assert.deepEqual(await look([], elsewhere, { ...nginx, refuseToPublish }), []);
      assert.deepEqual(asked.sort(), ["0.0.0.0:80", "127.0.0.1:9090"]);
    });

    it("also below 1024, where only the engine's rights count", async () => {
      const refusal =
        "cannot expose privileged port 80, you can add 'net.ipv4.ip_unprivileged_port_start=80'";
      assert.deepEqual(
        (await look([], elsewhere, refusing({ "0.0.0.0:80": refusal }))).map(({ what }) => what),
        [`the engine can't publish port 80 on 0.0.0.0: ${refusal}`],
      );
    });

    it("and a program of its host that holds one is found", async () => {
      const refusal =
        "driver failed programming external connectivity on endpoint x: Error starting userland proxy: " +
        "listen tcp4 0.0.0.0:80: bind: address already in use";
      const problems = await look([], elsewhere, refusing({ "0.0.0.0:80": refusal }));
      assert.deepEqual(
        problems.map(({ at, what }) => [at, what]),
        [["webnet:gateway.httpPort", "a program of the engine's host holds port 80 on 0.0.0.0"]],
      );
    });

    it("also where an update brings another image of nginx, which the engine has yet to get", async () => {
      const edge = { name: "webnet-prod-edge", stack: "prod", role: "edge", ports: [] };
      const taken = "listen tcp4 0.0.0.0:80: bind: address already in use";
      const problems = await look([edge], elsewhere, {
        ...refusing({ "0.0.0.0:80": taken }),
        images: {},
      });
      assert.deepEqual(
        problems.map(({ what }) => what),
        ["a program of the engine's host holds port 80 on 0.0.0.0"],
      );
    });

    it("but of a container of its own that ends again and again, and has the port between two looks", async () => {
      const taken = "listen tcp4 0.0.0.0:80: bind: address already in use";
      const of = async (state: string, HostPort: string, HostIp = "0.0.0.0") => {
        const hostConfig = { PortBindings: { "80/tcp": [{ HostIp, HostPort }] } };
        const edge = {
          ...{ name: "webnet-prod-edge", stack: "prod", role: "edge" },
          ports: [],
          state,
          hostConfig,
        };
        return (await look([edge], elsewhere, { ...nginx, ...refusing({ "0.0.0.0:80": taken }) })).length;
      };
      assert.equal(await of("restarting", "80"), 0);
      assert.equal(await of("restarting", "80", "::"), 1);
      // A container with another port, or one that doesn't run, can't be the holder.
      assert.deepEqual([await of("restarting", "81"), await of("exited", "80")], [1, 1]);
    });

    it("and one that goes away meanwhile is nobody", async () => {
      const refuseToPublish = () => "listen tcp4 0.0.0.0:80: bind: address already in use";
      const edge = { name: "webnet-prod-edge", stack: "prod", role: "edge", state: "restarting", ports: [] };
      const { docker } = fakeDocker({ ...nginx, refuseToPublish, containers: [edge] });
      const gone = { inspect: () => Promise.reject(refusal(404, "no such container")) };
      Object.assign(docker, { getContainer: () => gone });
      const problems = await inspectPorts(
        docker,
        settingsOf(elsewhere),
        "prod",
        await docker.listContainers(),
      );
      assert.equal(problems.length, 2);
    });

    it("and an address of IPv6 where it publishes nothing, and says nothing of it", async () => {
      const drops = { ...nginx, publishesNothing: (address: string) => address === "::" };
      assert.deepEqual(blocks(await look([], { ...elsewhere, "gateway.bindAddress": "::" }, drops)), [
        `
webnet:gateway.bindAddress
  problem: the engine publishes nothing by IPv6: its network has none, and its userland-proxy, which would pass it on, is off
  got:     ::
  allowed: an address of IPv4, or an engine whose userland-proxy is on, as it is by default
  fix:     pulumi config set --path 'webnet:gateway.bindAddress' 0.0.0.0 --stack prod
`.trim(),
      ]);
    });

    const lacking = { ...elsewhere, "gateway.bindAddress": "198.51.100.9" };
    const lacks =
      "Error starting userland proxy: listen tcp4 198.51.100.9: bind: cannot assign requested address";

    it("and an address that its host lacks is found", async () => {
      const problems = await look([], lacking, refusing({ "198.51.100.9:80": lacks }));
      assert.deepEqual(blocks(problems), [
        `
webnet:gateway.bindAddress
  problem: the engine's host has no address 198.51.100.9
  got:     198.51.100.9
  allowed: 127.0.0.1, 0.0.0.0 or one of the host's own, as \`ip address\` lists them there
  fix:     pulumi config set --path 'webnet:gateway.bindAddress' <address> --stack prod
`.trim(),
      ]);
    });

    it("and an address alone where what is to be made anew holds the port on every other", async () => {
      const ports = [{ PublicPort: 80, IP: "0.0.0.0" }];
      const gateway = { name: "webnet-prod-gateway", stack: "prod", role: "gateway", ports };
      const problems = await look([gateway], lacking, refusing({ "198.51.100.9:": lacks }));
      assert.deepEqual(
        problems.map(({ at }) => at),
        ["webnet:gateway.bindAddress"],
      );
    });
  });

  it("that another container holds are named, with who it is", async () => {
    const other = { name: "old-nginx", ports: [{ PublicPort: 80, IP: "0.0.0.0" }] };
    assert.deepEqual(blocks(await look([other])), [
      `
webnet:gateway.httpPort
  problem: the container old-nginx holds port 80 on 0.0.0.0
  got:     80
  allowed: a port that is free on the engine's host
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod
`.trim(),
    ]);
  });

  it("that another stack holds are named too, all of them", async () => {
    const ports = [
      { PublicPort: 80, IP: "192.0.2.7" },
      { PublicPort: 9090, IP: "127.0.0.1" },
      { PublicPort: 3307, IP: "0.0.0.0" },
      { PublicPort: 8443 },
    ];
    const problems = await look([{ name: "webnet-staging-all", stack: "staging", ports }], {
      ...elsewhere,
      "mysql.port": 3307,
    });
    assert.deepEqual(
      problems.map(({ at }) => at),
      ["webnet:gateway.httpPort", "webnet:mysql.port", "webnet:monitoring.prometheusPort"],
    );
  });

  it("of another protocol don't meet: a container's UDP port is no TCP port", async () => {
    const holding = (Type: string) =>
      look([{ name: "other", ports: [{ PublicPort: 80, IP: "0.0.0.0", Type }] }]);
    assert.deepEqual(await holding("udp"), []);
    assert.deepEqual(await holding("sctp"), []);
    assert.equal((await holding("tcp")).length, 1);
    const own = { name: "webnet-prod-mysql", stack: "prod", role: "mysql" };
    assert.deepEqual(await look([{ ...own, ports: [{ PublicPort: 80, IP: "0.0.0.0", Type: "udp" }] }]), []);
  });

  it("on different addresses don't meet", async () => {
    const other = { name: "other", ports: [{ PublicPort: 9090, IP: "192.0.2.7" }] };
    assert.deepEqual(await look([other]), []);
  });

  it("of different families don't meet, and those of every address do", async () => {
    const holding = (IP: string | undefined) => [
      { name: "other", ports: [{ PublicPort: 80, ...(IP !== undefined && { IP }) }] },
    ];
    const meets = async (held: string | undefined, wanted: string): Promise<boolean> =>
      (await look(holding(held), { ...elsewhere, "gateway.bindAddress": wanted })).length > 0;
    for (const [held, wanted] of [
      ["::", "0.0.0.0"],
      ["0.0.0.0", "::1"],
      ["2001:db8::1", "192.0.2.7"],
      ["2001:db8::1", "2001:db8::2"],
    ] as const)
      assert.equal(await meets(held, wanted), false, `${held} and ${wanted}`);
    for (const [held, wanted] of [
      [undefined, "::1"],
      [undefined, "127.0.0.1"],
      ["0.0.0.0", "::"],
      ["127.0.0.1", "::"],
      ["::", "::1"],
      ["2001:db8::1", "2001:DB8:0::1"],
    ] as const)
      assert.equal(await meets(held, wanted), true, `${held ?? "all"} and ${wanted}`);
  });

  describe("on this machine", () => {
    const here = (port: number): Config => ({
      "engine.host": "unix:///nowhere/docker.sock",
      "gateway.bindAddress": "127.0.0.1",
      "gateway.httpPort": port,
      "monitoring.prometheusPort": port + 1,
      // No other test listens there.
      "monitoring.bindAddress": "127.9.8.7",
    });

    it("are refused on an address that this machine lacks", async () => {
      const problems = await look([], { ...here(80), "gateway.bindAddress": "192.0.2.1" });
      assert.deepEqual(
        problems.map(({ at, what }) => [at, what]),
        [["webnet:gateway.bindAddress", "the engine's host has no address 192.0.2.1"]],
      );
    });

    it("are refused while another program holds them, and fine after it", async () => {
      // A failed test must not leave a server that the run waits for.
      const program = createServer().unref();
      await once(program.listen(await freePort(), "127.0.0.1"), "listening");
      const { port } = program.address() as AddressInfo;
      const problems = await look([], here(port));
      assert.deepEqual(
        problems.map(({ at, what }) => [at, what]),
        [["webnet:gateway.httpPort", `a program of the engine's host holds port ${port} on 127.0.0.1`]],
      );
      assert.deepEqual(await look([], { ...here(port), ...elsewhere }), [], "an engine elsewhere");
      await once(program.close(), "close");
      assert.deepEqual(await look([], here(port)), []);
    });

    it("are looked at in both families, and an address that it lacks is named", async () => {
      const program = createServer().unref();
      await once(program.listen({ port: await freePort(), host: "::1" }), "listening");
      const { port } = program.address() as AddressInfo;
      const own = {
        name: "webnet-prod-edge",
        stack: "prod",
        role: "edge",
        ports: [{ PublicPort: port, IP: "0.0.0.0" }],
      };
      const both = { ...here(port), "gateway.bindAddress": "::", "monitoring.bindAddress": "127.0.0.1" };
      assert.deepEqual(
        (await look([own], both)).map(({ what }) => what),
        [`a program of the engine's host holds port ${port} on ::`],
      );
      await once(program.close(), "close");
      assert.deepEqual(await look([own], both), []);
      assert.deepEqual(blocks(await look([], { ...both, "gateway.bindAddress": "2001:db8::7" })), [
        `
webnet:gateway.bindAddress
  problem: the engine's host has no address 2001:db8::7
  got:     2001:db8::7
  allowed: 127.0.0.1, 0.0.0.0 or one of the host's own, as \`ip address\` lists them there
  fix:     pulumi config set --path 'webnet:gateway.bindAddress' <address> --stack prod
`.trim(),
      ]);
    });
  });
});
