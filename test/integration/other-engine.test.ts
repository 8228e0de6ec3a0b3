import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { execIn } from "../../engine/exec.ts";
import { heldImages } from "../../ops/prune/images.ts";
import { inspectEngine } from "../../preflight/engine.ts";
import { everyVersion4 } from "../../settings/addresses.ts";
import { base } from "../../dev/toolchain/images/catalogue.ts";
import { makeDescribed } from "../../dev/toolchain/images/make-image.ts";
import { platformWith } from "../unit/support/platform.ts";
import { otherEngine, TestEngine, withoutTestEngine } from "./support/engine.ts";
import { freePort } from "../../dev/platform/ports.ts";

const healthySeconds = 30;
const answer = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok";

/** Tests with one container what a platform needs of an engine. `npm run test:long` runs whole platforms on it. */
describe(`the other engine (${otherEngine()}) as well`, function () {
  this.timeout("10m");
  let engine: TestEngine;
  let container: Docker.Container;
  let port: number;

  before(async function () {
    const reason = withoutTestEngine();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    engine = await TestEngine.start("other", { liveRestore: true, kind: otherEngine(), images: false });
    await makeDescribed(engine.host, base, () => undefined);
    port = await freePort();
  });

  after(async () => {
    // Runs also if this machine can't have such an engine, and nothing was started.
    if (withoutTestEngine() !== undefined) return;
    await engine.remove();
  });

  it("can limit containers", async () => {
    const { settings } = platformWith({
      "engine.host": engine.tcpHost,
      "gateway.bindAddress": everyVersion4,
    });
    const { problems, warnings } = await inspectEngine(engine.docker, settings, "test");
    assert.deepEqual({ problems, warnings }, { problems: [], warnings: [] });
  });

  it("runs a container as every one of ours is, published by both families", async () => {
    const { docker } = engine;
    await docker.createNetwork({ Name: "test" });
    await docker.createVolume({ Name: "test" });
    container = await docker.createContainer({
      Image: base.reference,
      name: "test",
      User: "65534:65534",
      Cmd: ["sh", "-c", `while true; do { printf '${answer}'; sleep 1; } | nc -l -p 8080; done`],
      ExposedPorts: { "8080/tcp": {} },
      Healthcheck: { Test: ["CMD", "test", "-d", "/data"], Interval: 1e9, Timeout: 5e9, Retries: 3 },
      StopSignal: "SIGKILL",
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        Memory: 32 * 1024 ** 2,
        MemorySwap: 32 * 1024 ** 2,
        NanoCpus: 5e8,
        RestartPolicy: { Name: "always" },
        Tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=1048576,mode=1777" },
        Mounts: [{ Type: "volume", Source: "test", Target: "/data" }],
        NetworkMode: "test",
        PortBindings: {
          "8080/tcp": ["0.0.0.0", "::"].map((HostIp) => ({ HostIp, HostPort: String(port) })),
        },
      },
      NetworkingConfig: { EndpointsConfig: { test: { Aliases: ["other-name"] } } },
    });
    await container.start();
    await healthy(container);
    for (const host of ["127.0.0.1", "[::1]"]) {
      assert.equal(await answerOf(`http://${host}:${port}/`), "ok", host);
    }
    // In another order than configured, every update would see a change: preflight refuses both on such an engine.
    const { NetworkSettings } = await container.inspect();
    const told = NetworkSettings.Ports["8080/tcp"]?.map(({ HostIp }) => HostIp);
    assert.deepEqual(told, otherEngine() === "current" ? ["0.0.0.0", "::"] : ["::", "0.0.0.0"]);
    const script = "for try in 1 2 3 4 5; do wget -q -O - http://other-name:8080/ && exit; sleep 1; done";
    const asked = await execIn(container, ["sh", "-c", script]);
    assert.equal(asked.stdout, "ok", asked.stderr);
  });

  it("keeps it over a crash of its own, and tells of its images what a prune must know", async () => {
    const { State: before } = await container.inspect();
    await engine.kill();
    await engine.start();
    const { State: after } = await container.inspect();
    assert.equal(after.Pid, before.Pid);
    const images = await heldImages(engine.docker);
    assert.deepEqual(
      images.map(({ references }) => references),
      [[base.reference]],
    );
    assert.ok((images[0]?.bytes ?? 0) > 1_000_000);
  });

  it("refuses more processors than there are, as a container is made and not afterwards", async () => {
    const HostConfig = { NanoCpus: 4096e9 };
    await assert.rejects(
      engine.docker.createContainer({ Image: base.reference, HostConfig }),
      /[Rr]ange of CPUs/,
    );
  });
});

/** Retries, because the server takes one connection at a time, with a gap between them. */
async function answerOf(url: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await (await fetch(url, { signal: AbortSignal.timeout(5000) })).text();
    } catch (error) {
      if (attempt === 10) throw error;
      await sleep(300);
    }
  }
}

async function healthy(container: Docker.Container): Promise<void> {
  const deadline = Date.now() + healthySeconds * 1000;
  for (;;) {
    const { State } = await container.inspect();
    if (State.Health?.Status === "healthy") return;
    assert.ok(Date.now() < deadline, `it is ${State.Health?.Status ?? State.Status}`);
    await sleep(200);
  }
}
