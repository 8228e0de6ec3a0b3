import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { inspectPorts, publishedPorts } from "../../../preflight/ports.ts";
import { blocks, type Problem } from "../../../settings/problem.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const elsewhere = { "engine.host": "ssh://deploy@192.0.2.7" };

function look(containers: Holdings["containers"], changes: Config = elsewhere): Promise<Problem[]> {
  const { docker } = fakeDocker({ containers: containers ?? [] });
  return inspectPorts(docker, platformWith(changes).settings, "prod");
}

describe("preflight: ports", () => {
  it("are those that the settings publish", () => {
    const ports = (changes: Config) =>
      publishedPorts(platformWith(changes).settings).map(({ port, address }) => `${address}:${port}`);
    assert.deepEqual(ports({}), ["0.0.0.0:80", "127.0.0.1:9090"]);
    assert.deepEqual(ports({ "mysql.port": 3307 }), ["0.0.0.0:80", "127.0.0.1:9090", "127.0.0.1:3307"]);
  });

  it("that nobody holds are fine", async () => {
    assert.deepEqual(await look([{ name: "other", ports: [{}, { PublicPort: 81, IP: "0.0.0.0" }] }]), []);
  });

  it("that the stack itself holds are fine", async () => {
    const own = { name: "webnet-prod-gateway", stack: "prod", ports: [{ PublicPort: 80, IP: "0.0.0.0" }] };
    assert.deepEqual(await look([own]), []);
  });

  it("that another container holds are named, with who it is", async () => {
    const other = { name: "old-nginx", ports: [{ PublicPort: 80, IP: "::" }] };
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
    ];
    const problems = await look([{ name: "webnet-staging-all", stack: "staging", ports }], {
      ...elsewhere,
      "mysql.port": 3307,
    });
    assert.deepEqual(
      problems.map(({ at }) => at),
      ["webnet:gateway.httpPort", "webnet:monitoring.prometheusPort", "webnet:mysql.port"],
    );
  });

  it("on different addresses don't meet", async () => {
    const other = { name: "other", ports: [{ PublicPort: 9090, IP: "192.0.2.7" }] };
    assert.deepEqual(await look([other]), []);
  });

  describe("on this machine", () => {
    const here = (port: number): Config => ({
      "engine.host": "unix:///nowhere/docker.sock",
      "gateway.bindAddress": "127.0.0.1",
      "gateway.httpPort": port,
      // An address that no host has: what listens here is not the question.
      "monitoring.bindAddress": "192.0.2.1",
    });

    it("are refused while another program holds them, and fine after it", async () => {
      // A test that fails must not leave something that the run waits for.
      const program = createServer().unref();
      await once(program.listen(0, "127.0.0.1"), "listening");
      const { port } = program.address() as AddressInfo;
      const problems = await look([], here(port));
      assert.deepEqual(
        problems.map(({ at, what }) => [at, what]),
        [["webnet:gateway.httpPort", `another program holds port ${port} on 127.0.0.1`]],
      );
      assert.deepEqual(await look([], { ...here(port), ...elsewhere }), [], "an engine elsewhere");
      await once(program.close(), "close");
      assert.deepEqual(await look([], here(port)), []);
    });
  });
});
