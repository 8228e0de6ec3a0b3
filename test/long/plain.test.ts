import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { buildPlainImages, plainRepositories } from "../../dev/sample/plain/images.ts";
import type { TrafficKinds } from "../../dev/traffic/options.ts";
import { localEnvironment } from "../../dev/toolchain/environment.ts";
import { execIn } from "../../engine/exec.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { withoutLoss } from "../integration/support/serving.ts";
import { itLong } from "../integration/support/length.ts";

const light = (paths: string[]): TrafficKinds => ({
  keepAlive: { connections: 4, perSecond: 20, paths },
  newConnection: { perSecond: 5, paths },
});

describe("backends of kind plain", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    await buildPlainImages(localEnvironment()["DOCKER_HOST"] ?? "", () => undefined);
    platform = await TestPlatform.create("plain");
    await platform.set({
      "backend.kind": "plain",
      "backend.port": "3000",
      "backend.stripBasePath": "true",
      "backend.metricsPath": "/metrics",
      "images.backend": plainRepositories.node,
    });
    await platform.unset("gateway.smoke");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  async function answer(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(platform.url + path, { headers: { host: "localhost" } });
    assert.equal(response.status, 200, path);
    return (await response.json()) as Record<string, unknown>;
  }

  const status = async (path: string) =>
    (await fetch(platform.url + path, { headers: { host: "localhost" } })).status;

  it("serve without Spring, curl or wget: Node, on a port of its own, without its base path", async () => {
    const { color, version, release, ...rest } = await answer("/api/version?id=a%2Fb");
    assert.deepEqual([color, version, release], ["blue", "v1", await platform.output("release")]);
    assert.deepEqual(rest, { id: "a/b", prefix: "/api", url: "/version?id=a%2Fb", passwordLength: 32 });
    const container = await platform.activeContainer();
    const { Config, State } = await container.inspect();
    assert.equal(State.Health?.Log.at(-1)?.Output.split("\n")[0], "HTTP/1.1 200 OK");
    assert.deepEqual(
      Config.Env.filter((line) => /^(?:SPRING|JAVA|SERVER|MANAGEMENT)_/.test(line)),
      [],
    );
    for (const program of ["curl", "wget"])
      assert.notEqual((await execIn(container, ["sh", "-c", `command -v ${program}`])).exitCode, 0);
    assert.equal(await status("/api/metrics"), 404);
    assert.equal(await status("/api/nothing"), 404);
    assert.deepEqual(await platform.preview(), []);
  });

  it("are scraped where the settings say", async () => {
    const { host } = new URL(await platform.output("prometheusUrl"));
    const deadline = Date.now() + 60_000;
    let colors: (string | undefined)[] = [];
    while (colors.length < 2 && Date.now() < deadline) {
      const found = await fetch(`http://${host}/api/v1/query?query=plain_requests_total`);
      const { data } = (await found.json()) as { data: { result: { metric: { color?: string } }[] } };
      colors = data.result.map(({ metric }) => metric.color).sort();
      await sleep(1000);
    }
    assert.deepEqual(colors, ["blue", "green"]);
  });

  it("switch to another tag without a lost request", async () => {
    await withoutLoss(
      platform,
      async () => {
        await platform.set({ "colors.green.backendTag": "v2", activeColor: "green" });
        await platform.up();
        assert.equal((await answer("/api/version"))["version"], "v2");
      },
      { kinds: light(["/", "/api/version"]) },
    );
  });

  itLong(
    "become another one: Python, with another port and base path, which it keeps, and without metrics",
    async () => {
      await platform.unset("backend.metricsPath", "backend.stripBasePath");
      await platform.set({
        "images.backend": plainRepositories.python,
        "backend.port": "8000",
        "backend.basePath": "/py",
      });
      await withoutLoss(
        platform,
        async () => {
          await platform.up();
          assert.equal((await answer("/py/version"))["url"], "/py/version");
        },
        { kinds: light(["/"]) },
      );
      const { passwordLength, color } = await answer("/py/version?x=1");
      assert.deepEqual([passwordLength, color], [32, "green"]);
      const { State } = await (await platform.activeContainer()).inspect();
      assert.equal(State.Health?.Log.at(-1)?.Output.split("\n")[0], "HTTP/1.1 200 OK");
      assert.equal(await status("/py/nothing"), 404);
      await withoutLoss(
        platform,
        async () => {
          await platform.set({ activeColor: "blue", "colors.blue.backendTag": "v2" });
          await platform.up();
          assert.equal((await answer("/py/version"))["color"], "blue");
        },
        { kinds: light(["/", "/py/version"]) },
      );
      assert.deepEqual(await platform.preview(), []);
    },
  );
});
