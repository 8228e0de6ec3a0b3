import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { withVolume, writeFiles } from "../../engine/volume.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";

/** An address that no host has (RFC 5737). */
const nobodys = "192.0.2.1";

describe("what would be made anew", function () {
  this.timeout("5m");
  let platform: TestPlatform;
  let ids: Map<string, string>;

  before(async () => {
    platform = await TestPlatform.create("replaced");
    await platform.up();
    ids = await platform.containers();
  });

  after(async () => {
    await platform.remove();
  });

  /** Checks that no container was created or removed, and that the platform answers. */
  async function untouched(): Promise<void> {
    assert.deepEqual(await platform.containers(), ids);
    const answer = await fetch(`${platform.url}/api/version`, { signal: AbortSignal.timeout(5000) });
    assert.equal(answer.status, 200);
  }

  it("is left alone where the host lacks what it would need, or somebody else has it", async () => {
    const program = createServer().unref();
    await once(program.listen(0, "127.0.0.1"), "listening");
    const { port } = program.address() as AddressInfo;
    const former = new URL(platform.url).port;
    try {
      await platform.set({
        "gateway.bindAddress": nobodys,
        "monitoring.prometheusPort": String(port),
        "mysql.limits.cpus": "64",
        "mysql.limits.memoryMegabytes": "1000000",
      });
      const output = await platform.failingUp();
      assert.match(output, /has 4 problems; nothing was touched/);
      assert.match(
        output,
        /webnet:gateway\.bindAddress\s+problem: the engine's host has no address 192\.0\.2\.1/,
      );
      assert.ok(output.includes(`a program of the engine's host holds port ${port} on 127.0.0.1`));
      assert.match(output, /webnet:mysql\.limits\.cpus\s+problem: the engine refuses more processors/);
      assert.match(output, /webnet:mysql\.limits\.memoryMegabytes\s+problem: it is more memory/);
      await untouched();
    } finally {
      program.close();
      await platform.set({
        "gateway.bindAddress": "127.0.0.1",
        "gateway.httpPort": former,
        "monitoring.prometheusPort": new URL(await platform.output("prometheusUrl")).port,
        "mysql.limits.cpus": "1",
        "mysql.limits.memoryMegabytes": "512",
      });
    }
  });

  it("is left alone where a program of the host has its port on an address that it is to have besides", async () => {
    const { port } = new URL(platform.url);
    const program = createServer().unref();
    await once(program.listen(Number(port), "127.0.0.2"), "listening");
    try {
      await platform.set({ "gateway.bindAddress": "0.0.0.0" });
      const output = await platform.failingUp();
      assert.match(output, new RegExp(`has a problem; nothing was touched[^]*${port} on 127\\.0\\.0\\.2`));
      await untouched();
    } finally {
      program.close();
      await platform.set({ "gateway.bindAddress": "127.0.0.1" });
    }
    assert.deepEqual(await platform.up(), []);
  });

  it("stays on its network, which is never adopted", async () => {
    await platform.set({ "network.name": `webnet-${platform.name}-other` });
    assert.match(await platform.failingUp(), /webnet:network\.name\s+problem: the stack runs on the network/);
    await platform.set({ "network.name": `webnet-${platform.name}`, "network.adopt": "true" });
    assert.match(await platform.failingUp(), /webnet:network\.adopt\s+problem: .* is this stack's own/);
    await platform.set({ "network.adopt": "false" });
    await untouched();
  });

  it("goes on where a trial shows that its successor would not start", async () => {
    await platform.set({ "images.mysql": catalogues.local.prometheus });
    try {
      const output = await platform.failingUp();
      assert.match(output, /webnet-test-replaced-\d+-mysql was not touched and goes on as it is/);
      assert.match(output, /last lines of its log:\s+the image has no docker-entrypoint\.sh/);
    } finally {
      await platform.unset("images.mysql");
    }
    await untouched();
    const copies = { label: [`webnet.stack=${platform.name}`, "webnet.role=copy"] };
    assert.deepEqual(await platform.docker.listContainers({ all: true, filters: copies }), []);
  });

  it("is announced in words, passes its trial, and is made anew", async () => {
    await platform.set({ "mysql.maxConnections": "61" });
    const { stdout } = await platform.stack.preview();
    assert.match(
      stdout,
      /This update makes webnet-test-replaced-\d+-mysql anew\. .* requests that need the database fail/,
    );
    const steps = await platform.up();
    assert.ok(steps.some(({ name, op }) => name === "infrastructure-mysql-trial" && op === "update"));
    assert.ok(!(await platform.stack.preview()).stdout.includes("This update makes"));
    assert.notEqual((await platform.containers()).get("mysql"), ids.get("mysql"));
    ids = await platform.containers();
  });

  it("moves to another volume with data, and fails as monitoring only when all that serves was brought up to date", async () => {
    const volume = `webnet-${platform.name}-unwritable`;
    const labels = { "webnet.stack": platform.name, "webnet.role": "copy" };
    await platform.docker.createVolume({ Name: volume, Labels: labels });
    const image = catalogues.local.nginx;
    await withVolume(platform.docker, { image, volume, labels }, async (container, path) => {
      await writeFiles(container, path, [{ path: "wal/00000000", content: "", mode: 0o400, uid: 0 }]);
    });
    await platform.set({ activeColor: "green", "monitoring.dataVolume": volume });
    const output = await platform.failingUp();
    assert.match(output, /Prometheus exited.*\. All that serves was brought up to date before, and serves/);
    const answer = await fetch(`${platform.url}/api/version`);
    assert.match(await answer.text(), /green/);
    await platform.unset("monitoring.dataVolume");
    await platform.up();
    const prometheus = (await platform.containers()).get("prometheus") ?? "";
    const { Mounts } = await platform.docker.getContainer(prometheus).inspect();
    assert.ok(Mounts.some(({ Name }) => Name === `webnet-${platform.name}-prometheus-data`));
    assert.deepEqual(await platform.up(), []);
  });
});
