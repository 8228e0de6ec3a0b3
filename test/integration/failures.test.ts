import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { howMany, itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

/** The first attempt and the operator's retries. */
const attempts = howMany(2, 3);

describe("a deploy that fails", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  let containersBefore: Map<string, string>;
  let serving: string;

  const tags = (color: string, tag: string) => ({
    [`colors.${color}.backendTag`]: tag,
    [`colors.${color}.frontendTag`]: tag,
  });

  /** Runs `attempt` under traffic, then `revert`. The serving container must stay, and nothing else may be left. */
  async function harmless(attempt: () => Promise<void>, revert: () => Promise<void>): Promise<void> {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("failure");
      await attempt();
      assert.equal(await servingContainer(platform), serving);
      assert.equal(await whoAnswers(platform), "blue v1");
      traffic.mark("revert");
      await revert();
      await platform.up();
      assert.equal(await servingContainer(platform), serving);
    });
    assert.deepEqual(await platform.containers(), containersBefore);
    assert.deepEqual(await platform.preview(), []);
  }

  before(async () => {
    platform = await TestPlatform.create("failures");
    // The health check must ignore this proxy.
    await platform.set({ "backend.environment.http_proxy": "http://127.0.0.1:9" });
    await platform.up();
    containersBefore = await platform.containers();
    serving = await servingContainer(platform);
  });

  after(async () => {
    await platform.remove();
  });

  it("by its smoke check, in place and retried: what serves is never stopped", async () => {
    await harmless(
      async () => {
        await platform.set(tags("blue", "failing"));
        for (let attempt = 1; attempt <= attempts; attempt += 1) {
          const output = await platform.failingUp();
          assert.match(
            output,
            /smoke check by the guarded route failed in round \d of 3: \S+ of blue-[0-9a-f]{8}: expected .*, got status 500/,
          );
          assert.match(output, /blue-[0-9a-f]{8} goes on serving/);
        }
      },
      async () => {
        await platform.set(tags("blue", "v1"));
      },
    );
  });

  itLong("by its health, in place and retried: what serves is never stopped", async () => {
    await harmless(
      async () => {
        await platform.set(tags("blue", "unhealthy"));
        for (let attempt = 1; attempt <= attempts; attempt += 1) {
          const output = await platform.failingUp();
          assert.match(output, /release blue-[0-9a-f]{8} turned unhealthy\. The route was not moved/);
          assert.match(output, /last health check: .*HTTP\/1\.1 503 /);
          assert.match(output, /last lines of its log:/);
        }
      },
      async () => {
        await platform.set(tags("blue", "v1"));
      },
    );
  });

  it("by the smoke check of the colour that it switches to", async () => {
    await harmless(
      async () => {
        await platform.set({ ...tags("green", "failing"), activeColor: "green" });
        assert.match(await platform.failingUp(), /smoke check by the guarded route failed/);
      },
      async () => {
        await platform.set({ ...tags("green", "v1"), activeColor: "blue" });
      },
    );
    assert.deepEqual(await frontendReleases(platform), await knownReleases(platform));
  });

  it("because its standby is gone: the route stays", async () => {
    const standby = platform.docker.getContainer(
      `webnet-${platform.name}-backend-${await platform.output("standbyRelease")}`,
    );
    await standby.stop({ t: 1 });
    await platform.set({ activeColor: "green" });
    assert.match(await platform.failingUp(), /the route was not moved: its target \S+ is (unhealthy|exited)/);
    assert.equal(await whoAnswers(platform), "blue v1");
    await platform.set({ activeColor: "blue" });
    await standby.start();
    assert.deepEqual(await platform.up(), []);
  });

  it("because an image isn't there: nothing is touched", async () => {
    await platform.set({ "colors.green.backendTag": "v99" });
    const output = await platform.failingUp();
    assert.match(output, /webnet:colors\.green\.backendTag/);
    assert.match(output, /the engine doesn't hold this image/);
    assert.match(output, /sample-backend:v99/);
    await platform.set({ "colors.green.backendTag": "v1" });
    assert.deepEqual(await platform.containers(), containersBefore);
    assert.deepEqual(await platform.preview(), []);
  });

  it("because a port is taken: the message names it, nothing is touched", async () => {
    const { server, port } = await listen();
    const own = new URL(platform.url).port;
    await platform.set({ "gateway.httpPort": String(port) });
    const output = await platform.failingUp();
    server.close();
    assert.match(output, new RegExp(`a program of the engine's host holds port ${port} on 127\\.0\\.0\\.1`));
    await platform.set({ "gateway.httpPort": own });
    assert.deepEqual(await platform.preview(), []);
    assert.equal(await whoAnswers(platform), "blue v1");
  });
});

async function frontendReleases(platform: TestPlatform): Promise<string[]> {
  const gateway = await platform.gateway();
  const { execIn } = await import("../../engine/exec.ts");
  const { stdout } = await execIn(gateway, ["ls", "/srv/frontend"]);
  return stdout.trim().split("\n").sort();
}

async function knownReleases(platform: TestPlatform): Promise<string[]> {
  return [await platform.output("release"), await platform.output("standbyRelease")].sort();
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return { server, port: address.port };
}
