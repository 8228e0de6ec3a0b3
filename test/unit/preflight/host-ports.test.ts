import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type Docker from "dockerode";
import { inspectPorts } from "../../../preflight/ports.ts";
import { blocks, type Problem } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, refusal, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const heading =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const tail =
  "0A 00000000:00000000 00:00000000 00000000     0        0 10269661 1 0000000000000000 100 0 0 10 0\n";
const four = (address: string, port = "0050") => `   0: ${address}:${port} 00000000:0000 ${tail}`;
const six = (address: string) => `   0: ${address}:0050 ${"0".repeat(32)}:0000 ${tail}`;
const loopback = four("0100007F");
const loopbackSix = six("00000000000000000000000001000000");
const everySix = six("0".repeat(32));

const elsewhere = { "engine.host": "ssh://deploy@192.0.2.7" };
const everywhere = { ...elsewhere, "gateway.bindAddress": "0.0.0.0" };

type Container = NonNullable<Holdings["containers"]>[number];

const edge = (...addresses: string[]): Container => ({
  name: "webnet-prod-edge",
  stack: "prod",
  role: "edge",
  ports: addresses.map((IP) => ({ PublicPort: 80, IP })),
});

/** The problems, and the containers that the check made in the host's network. */
async function look(changes: Config, containers: Container[], holdings: Holdings | string = {}) {
  const made: Docker.ContainerCreateOptions[] = [];
  const given: Holdings =
    typeof holdings === "string" ? { run: () => ({ stdout: heading + holdings }) } : holdings;
  const { docker } = fakeDocker({
    containers,
    ...given,
    run: (options) => {
      made.push(options);
      return given.run?.(options) ?? {};
    },
  });
  const { settings } = platformWith(changes);
  const problems = await inspectPorts(docker, settings, "prod", await docker.listContainers());
  return { problems, made };
}

const said = ({ problems }: { problems: Problem[] }) => problems.map(({ what }) => what);
const holds = (address: string, port = 80) =>
  `a program of the engine's host holds port ${port} on ${address}`;

describe("preflight: a port that the stack holds, wanted on further addresses", () => {
  it("is refused where a program of the host has one of those", async () => {
    const { problems } = await look(everywhere, [edge("127.0.0.1")], loopback + four("057100CB"));
    assert.deepEqual(blocks(problems), [
      `
webnet:gateway.httpPort
  problem: a program of the engine's host holds port 80 on 203.0.113.5
  got:     80
  allowed: a port that is free on the engine's host
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod
`.trim(),
    ]);
  });

  it("is looked at by a container that can do nothing but see, of an image that is there for sure", async () => {
    const { problems, made } = await look(everywhere, [edge("127.0.0.1")], loopback);
    assert.deepEqual(problems, []);
    const [options, ...others] = made;
    assert.equal(others.length, 0);
    assert.equal(options?.Image, "sha256:image-of-webnet-prod-edge");
    assert.deepEqual(options.Labels, { "webnet.stack": "prod", "webnet.role": "copy" });
    assert.deepEqual(options.HostConfig, {
      NetworkMode: "host",
      UsernsMode: "host",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: 256 * 1024 ** 2,
      MemorySwap: 256 * 1024 ** 2,
      CpuShares: 512,
      PidsLimit: 64,
    });
  });

  it("is MySQL's and Prometheus' too, seen by the gateway's image", async () => {
    for (const [service, role, portSetting] of [
      ["mysql", "mysql", "port"],
      ["monitoring", "prometheus", "prometheusPort"],
    ] as const) {
      const changes = {
        ...elsewhere,
        [`${service}.${portSetting}`]: 3310,
        [`${service}.bindAddress`]: "0.0.0.0",
      };
      const own = {
        name: `webnet-prod-${role}`,
        stack: "prod",
        role,
        ports: [{ PublicPort: 3310, IP: "127.0.0.1" }],
      };
      const table = four("0100007F", "0CEE") + four("057100CB", "0CEE") + loopback;
      const seen = await look(changes, [own, edge("0.0.0.0")], table);
      assert.deepEqual(said(seen), [holds("203.0.113.5", 3310)]);
      assert.deepEqual(
        seen.made.map(({ Image }) => Image),
        ["sha256:image-of-webnet-prod-edge"],
      );
      const stopped = { ...edge("0.0.0.0"), ports: [], state: "exited" };
      const byItself = await look(changes, [own, stopped], table);
      assert.deepEqual(
        byItself.made.map(({ Image }) => Image),
        [`sha256:image-of-webnet-prod-${role}`],
      );
    }
  });

  it("is not in the way of itself, of other containers, of other ports, and of another family", async () => {
    const other = { name: "other", ports: [{ PublicPort: 80, IP: "::" }] };
    for (const table of [
      loopback,
      loopback + four("057100CB", "0051"),
      loopback + loopbackSix,
      loopback + loopback,
    ])
      assert.deepEqual(said(await look(everywhere, [edge("127.0.0.1")], table)), [], table);
    assert.deepEqual(said(await look(everywhere, [edge("127.0.0.1"), other], loopback + everySix)), []);
    const two = loopback + four("0200007F");
    assert.deepEqual(said(await look(everywhere, [edge("127.0.0.1", "127.0.0.2")], two)), []);
    assert.deepEqual(said(await look(everywhere, [edge("127.0.0.1")], two)), [holds("127.0.0.2")]);
  });

  it("meets whoever listens on every address, and who listens by the other family on one of its own", async () => {
    const mapped = six("0000000000000000FFFF0000057100CB");
    for (const [line, address] of [
      [everySix, "::"],
      [four("00000000"), "0.0.0.0"],
      [mapped, "203.0.113.5"],
    ] as const)
      assert.deepEqual(said(await look(everywhere, [edge("127.0.0.1")], loopback + line)), [holds(address)]);
  });

  it("of both families is looked at in that of its own addresses", async () => {
    const both = { ...elsewhere, "gateway.bindAddress": "::" };
    const theirs = six("B80D0120000000000000000001000000");
    assert.deepEqual(said(await look(both, [edge("::1")], loopbackSix + theirs)), [holds("2001:db8::1")]);
    assert.deepEqual(said(await look(both, [edge("::1")], loopbackSix)), []);
    const lines = loopback + loopbackSix + theirs + four("057100CB");
    assert.deepEqual(said(await look(both, [edge("127.0.0.1", "::1")], lines)), [
      holds("2001:db8::1"),
      holds("203.0.113.5"),
    ]);
  });

  it("asks for no container where nothing is added, or where the engine can try it", async () => {
    for (const [own, wanted] of [
      [["0.0.0.0"], "0.0.0.0"],
      [["0.0.0.0"], "127.0.0.1"],
      [["0.0.0.0", "::"], "::"],
      [["0.0.0.0"], "::"],
      [["127.0.0.1"], "192.0.2.7"],
      [[], "0.0.0.0"],
    ] as const) {
      const { problems, made } = await look({ ...elsewhere, "gateway.bindAddress": wanted }, [edge(...own)]);
      assert.deepEqual([problems, made], [[], []], `${own.join()} and ${wanted}`);
    }
  });

  describe("is never free where the host can't be seen:", () => {
    const unseen = (why: string) =>
      "webnet-prod-edge of this stack holds port 80 on other addresses than 0.0.0.0, and whether a program of the " +
      `engine's host holds it on a further one can't be seen: ${why}`;
    const failing = (run: NonNullable<Holdings["run"]>) => look(everywhere, [edge("127.0.0.1")], { run });

    it("the engine refuses the container", async () => {
      const { problems } = await failing(() => {
        throw refusal(403, "host network is not allowed");
      });
      assert.deepEqual(blocks(problems), [
        `
webnet:gateway.httpPort
  problem: ${unseen("host network is not allowed")}
  got:     80
  allowed: a port that is free on the engine's host
  fix:     pulumi config set --path 'webnet:gateway.httpPort' <port> --stack prod
  then:    pulumi up --stack prod
  then:    pulumi config set --path 'webnet:gateway.httpPort' 80 --stack prod
`.trim(),
      ]);
    });

    it("the container fails, or prints nothing, or half of it", async () => {
      const [failed] = said(await failing(() => ({ exitCode: 1, stderr: "cat: not permitted" })));
      assert.match(failed ?? "", /can't be seen: .* ended with exit code 1: cat: not permitted$/);
      assert.deepEqual(said(await failing(() => ({}))), [unseen('no table of TCP sockets: ""')]);
      const [half] = said(
        await failing(() => ({ stdout: heading + loopback + four("057100CB").slice(0, 16) })),
      );
      assert.match(half ?? "", /can't be seen: no line of a table of TCP sockets/);
    });

    it("what it shows is another host's, which lacks even what the engine publishes", async () => {
      const why = "what could be read doesn't have the engine's own listener on 127.0.0.1";
      assert.deepEqual(said(await look(everywhere, [edge("127.0.0.1")], "")), [unseen(why)]);
    });

    it("an engine elsewhere runs without root", async () => {
      const host = {
        NCPU: 1,
        MemTotal: 1,
        SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"],
      };
      const seen = await look(everywhere, [edge("127.0.0.1")], { host });
      assert.deepEqual(said(seen), [
        unseen("the engine runs without root, and no container of it sees its host's network"),
      ]);
      assert.deepEqual(seen.made, []);
    });

    it("the engine doesn't answer, which is told as such", async () => {
      const gone = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      await assert.rejects(
        failing(() => {
          throw gone;
        }),
        gone,
      );
    });
  });

  it("is looked at on this machine where the engine is here and runs without root", async () => {
    const own = createServer().unref();
    const program = createServer().unref();
    await once(own.listen(0, "127.9.8.3"), "listening");
    const { port } = own.address() as AddressInfo;
    const changes = {
      "engine.host": "unix:///nowhere/docker.sock",
      "gateway.bindAddress": "0.0.0.0",
      "gateway.httpPort": port,
      "monitoring.bindAddress": "127.9.8.7",
    };
    const host = { NCPU: 1, MemTotal: 1, SecurityOptions: ["name=rootless"] };
    const container = { ...edge(), ports: [{ PublicPort: port, IP: "127.9.8.3" }] };
    try {
      assert.deepEqual(said(await look(changes, [container], { host })), []);
      await once(program.listen(port, "127.9.8.2"), "listening");
      const seen = await look(changes, [container], { host });
      assert.deepEqual([said(seen), seen.made], [[holds("127.9.8.2", port)], []]);
    } finally {
      own.close();
      program.close();
    }
  });
});
