import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { execIn } from "../../engine/exec.ts";
import { lastLogLines } from "../../engine/logs.ts";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";

describe("data and secrets", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("data");
    // Use the default of a config without this setting.
    await platform.unset("gateway.bindAddress");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  it("hardens every container", async () => {
    for (const [name, id] of await platform.containers()) {
      const { Config, HostConfig } = await platform.docker.getContainer(id).inspect();
      const capabilities = HostConfig.CapDrop as string[];
      const options = HostConfig.SecurityOpt as string[];
      const facts = {
        readOnlyRoot: HostConfig.ReadonlyRootfs,
        dropped: capabilities,
        noNewPrivileges: options.includes("no-new-privileges:true"),
        privileged: HostConfig.Privileged,
        root: /^0(:|$)/.test(Config.User) || Config.User === "",
        swap: (HostConfig.MemorySwap ?? 0) - (HostConfig.Memory ?? 0),
        limited: (HostConfig.Memory ?? 0) > 0,
        health: Config.Healthcheck !== undefined,
        restart: HostConfig.RestartPolicy?.Name,
        log: HostConfig.LogConfig,
      };
      assert.deepEqual(
        facts,
        {
          readOnlyRoot: true,
          dropped: ["ALL"],
          noNewPrivileges: true,
          privileged: false,
          root: false,
          swap: 0,
          limited: true,
          health: true,
          restart: "always",
          log: { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } },
        },
        name,
      );
    }
  });

  it("is published by both families where engine and host can, and stays so", async () => {
    const { ServerVersion } = (await platform.docker.info()) as { ServerVersion: string };
    const hasSix = Object.values(networkInterfaces()).some((all) =>
      all?.some(({ family }) => family === "IPv6"),
    );
    const both = hasSix && Number.parseInt(ServerVersion, 10) >= 28;
    const port = new URL(platform.url).port;
    const { HostConfig } = await platform.docker.getContainer(`webnet-${platform.name}-edge`).inspect();
    const bindings = HostConfig.PortBindings as Record<string, { HostIp: string }[]>;
    assert.deepEqual(
      bindings["80/tcp"]?.map(({ HostIp }) => HostIp),
      both ? ["0.0.0.0", "::"] : ["0.0.0.0"],
    );
    for (const host of both ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"])
      assert.equal((await fetch(`http://${host}:${port}/healthz`)).status, 200, host);
    assert.equal(await platform.output("url"), `http://localhost:${port}`);
    assert.deepEqual(await platform.preview(), []);
  });

  it("shows no secret in state, preview, outputs, inspection, logs or process lists", async () => {
    const secrets = await secretValues(platform);
    assert.equal(secrets.length, 4);
    const seen = new Map<string, string>();
    seen.set("state", await platform.stateFile());
    const preview = await platform.stack.preview({ diff: true });
    seen.set("preview", preview.stdout + preview.stderr);
    const update = await platform.stack.up();
    assert.match(update.stdout, /guardToken +: \[secret\]/);
    seen.set("outputs", update.stdout + update.stderr);
    for (const [name, id] of await platform.containers()) {
      const container = platform.docker.getContainer(id);
      seen.set(`inspection of ${name}`, JSON.stringify(await container.inspect()));
      seen.set(`log of ${name}`, await lastLogLines(container, 2000));
      seen.set(`processes of ${name}`, JSON.stringify(await container.top()));
    }
    for (const [where, text] of seen) {
      for (const secret of secrets) assert.ok(!text.includes(secret), `a secret stands in the ${where}`);
    }
  });

  it("scrapes both colours, nginx, MySQL, the node and itself", async () => {
    const { host } = new URL(await platform.output("prometheusUrl"));
    const wanted = [
      "mysql",
      "nginx",
      "node",
      "prometheus",
      "spring-backend-bluegreen/blue",
      "spring-backend-bluegreen/green",
    ];
    const deadline = Date.now() + 60_000;
    let up: string[] = [];
    while (up.length < wanted.length && Date.now() < deadline) {
      const answer = await fetch(`http://${host}/api/v1/query?query=up==1`);
      const { data } = (await answer.json()) as {
        data: { result: { metric: { job: string; color?: string } }[] };
      };
      up = data.result.map(({ metric }) => [metric.job, metric.color].filter(Boolean).join("/")).sort();
      await sleep(1000);
    }
    assert.deepEqual(up, wanted);
    const nginx = await fetch(`http://${host}/api/v1/query?query=nginx_up`);
    const mysql = await fetch(`http://${host}/api/v1/query?query=mysql_up`);
    for (const answer of [nginx, mysql]) {
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      assert.equal(data.result[0]?.value[1], "1");
    }
  });

  it("shows the host's network and mounts, not those of a container", async () => {
    const exporter = platform.docker.getContainer(`webnet-${platform.name}-node-exporter`);
    const { stdout } = await execIn(exporter, ["wget", "-q", "-O", "-", "http://127.0.0.1:9100/metrics"]);
    const valuesOf = (metric: string, label: string) =>
      stdout
        .split("\n")
        .filter((line) => line.startsWith(`${metric}{`))
        .map((line) => new RegExp(`${label}="([^"]*)"`).exec(line)?.[1] ?? "");
    const network = await platform.docker.getNetwork(`webnet-${platform.name}`).inspect();
    const bridge = `br-${(network as { Id: string }).Id.slice(0, 12)}`;
    const devices = valuesOf("node_network_receive_bytes_total", "device");
    assert.ok(devices.includes(bridge), `${bridge} isn't among ${devices.join(" ")}`);
    assert.ok(Number(/^node_netstat_Tcp_PassiveOpens (\S+)$/m.exec(stdout)?.[1]) > 100);
    const mountpoints = valuesOf("node_filesystem_size_bytes", "mountpoint");
    assert.deepEqual(
      mountpoints.filter((path) => /^\/(?:host|tmp|etc)\b/.test(path)),
      [],
    );
    for (const collector of ["netdev", "netstat", "sockstat", "filesystem", "cpu", "meminfo", "stat"])
      assert.match(stdout, new RegExp(`^node_scrape_collector_success{collector="${collector}"} 1$`, "m"));
  });

  it("survives pulumi destroy, which leaves the data volumes and nothing else; the next up finds the rows", async () => {
    const traffic = startTraffic({
      baseUrl: platform.url,
      kinds: { rows: { connections: 2, perSecond: 20 } },
    });
    await sleep(3000);
    await traffic.stop();
    const written = (await traffic.verifyRows()).written;
    assert.ok(written > 20);

    // Open connections delay the end of the gateway's container.
    const open = startTraffic({ baseUrl: platform.url, kinds: { socket: { connections: 2, perSecond: 1 } } });
    await sleep(1000);
    await platform.stack.destroy();
    await open.stop();
    const filters = { label: [`webnet.stack=${platform.name}`] };
    const { Volumes } = await platform.docker.listVolumes({ filters });
    const names = Volumes.map(({ Name }) => Name.replace(`webnet-${platform.name}-`, "")).sort();
    assert.deepEqual(names, ["mysql-data", "prometheus-data"]);
    assert.equal((await platform.containers()).size, 0);
    assert.deepEqual(await platform.docker.listNetworks({ filters }), []);

    await platform.up();
    const rows = await traffic.verifyRows();
    assert.deepEqual({ missing: rows.missing, found: rows.found }, { missing: [], found: written });
  });

  itLong("refuses to take protected data down", async () => {
    await platform.set({ "data.protect": "true" });
    await platform.up();
    await assert.rejects(platform.stack.destroy(), /protected/);
    await platform.set({ "data.protect": "false" });
    await platform.up();
  });
});

/** All secrets, read from the files that only the platform's own containers get. */
async function secretValues(platform: TestPlatform): Promise<string[]> {
  const outputs = await platform.stack.outputs();
  const files: [string, string][] = [
    ["mysql", "/run/secrets/root-password"],
    [`backend-${await platform.output("release")}`, "/run/secrets/spring.datasource.password"],
    ["mysqld-exporter", "/run/secrets/client.cnf"],
  ];
  const contents = await Promise.all(
    files.map(async ([name, path]) => {
      const container = platform.docker.getContainer(`webnet-${platform.name}-${name}`);
      return (await execIn(container, ["cat", path])).stdout;
    }),
  );
  const values = contents.map((text) => /[A-Za-z0-9]{32}/.exec(text)?.[0] ?? "");
  return [...values, String(outputs["guardToken"]?.value)].filter((value) => value.length >= 32);
}
