import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { generationsDirectory } from "../../gateway/layout.ts";
import { runningGateway } from "../../gateway/live.ts";
import { mustExec } from "../../engine/exec.ts";
import { localPaths } from "../../dev/toolchain/environment.ts";
import { failingOps, ops } from "../integration/support/ops.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { recovered } from "../integration/support/recovered.ts";
import { TestRegistry, type Mood } from "../integration/support/registry.ts";
import { whoAnswers } from "../integration/support/serving.ts";

const password = "Secret0MarkOfTheRegistry";
const moods: readonly [what: string, mood: Mood][] = [
  ["is down", "closed"],
  ["answers 429", { status: 429, code: "TOOMANYREQUESTS" }],
  ["answers 500", { status: 500 }],
  ["wants another login", { status: 401, code: "UNAUTHORIZED" }],
  ["has the tags no more", { status: 404, code: "MANIFEST_UNKNOWN" }],
];

describe("a registry that can't be relied on", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  let registry: TestRegistry;
  let active: "blue" | "green" = "blue";

  const tags = (color: string, tag: string) => ({
    [`colors.${color}.backendTag`]: tag,
    [`colors.${color}.frontendTag`]: tag,
  });

  async function switchOver(): Promise<void> {
    active = active === "blue" ? "green" : "blue";
    await platform.set({ activeColor: active });
  }

  before(async () => {
    platform = await TestPlatform.create("registry");
    registry = new TestRegistry(await freePort(), { username: "deployer", password });
    for (const tag of ["v1", "v2"]) {
      for (const what of ["backend", "frontend"])
        await registry.take(platform.docker, `webnet.local/sample-${what}:${tag}`, what, tag);
    }
    const local = {
      nginx: "nginx:1.30",
      mysql: "mysql:9.7",
      prometheus: "prometheus:2.53",
      nodeExporter: "node-exporter:1.9",
      nginxExporter: "nginx-exporter:1.4",
      mysqldExporter: "mysqld-exporter:0.17",
    };
    await platform.set({
      imageCatalogue: "upstream",
      pullPolicy: "always",
      "images.backend": `${registry.address}/backend`,
      "images.frontend": `${registry.address}/frontend`,
      ...Object.fromEntries(
        Object.entries(local).map(([service, image]) => [`images.${service}`, `webnet.local/${image}`]),
      ),
      "registry.address": registry.address,
      "registry.username": "deployer",
      ...tags("green", "v2"),
    });
    await platform.stack.setConfig("webnet:registryPassword", { value: password, secret: true });
  });

  after(async () => {
    await registry.close();
    await platform.remove();
    for (const image of await ourImages()) await platform.docker.getImage(image).remove({ force: true });
  });

  it("is what a first update needs, with its login", async () => {
    const refusal = await platform.failingUp();
    assert.match(
      refusal,
      /problem: the engine can't reach the registry 127\.0\.0\.1:\d+: .*connection refused/,
    );
    await registry.set("well");
    await platform.up();
    assert.ok(registry.asked.known > 0);
    assert.equal(await whoAnswers(platform), "blue v1");
    assert.deepEqual(await platform.up(), []);
    assert.ok(!(await platform.stateFile()).includes(password));
  });

  it("is out of sorts in any way: the route moves all the same", async () => {
    const before = await platform.containers();
    await switchOver();
    for (const [what, mood] of moods) {
      await registry.set(mood);
      const plan = await platform.preview();
      assert.deepEqual(
        plan.map(({ name }) => name),
        ["gateway-route"],
        what,
      );
    }
    await platform.up();
    assert.match(await whoAnswers(platform), new RegExp(`^${active} `));
    assert.deepEqual(await platform.containers(), before);
  });

  it("is down, and the frontends' images are gone from the host: so it does, also after a refresh", async () => {
    await registry.set("closed");
    for (const image of await ourImages("frontend"))
      await platform.docker.getImage(image).remove({ force: true });
    assert.deepEqual(await platform.preview(), []);
    await switchOver();
    assert.deepEqual(
      (await platform.up()).map(({ name }) => name),
      ["gateway-route"],
    );
    await platform.stack.refresh();
    assert.deepEqual(await platform.up(), []);
    await switchOver();
    assert.deepEqual(
      (await platform.up()).map(({ name }) => name),
      ["gateway-route"],
    );
    assert.match(await whoAnswers(platform), new RegExp(`^${active} `));
  });

  it("is down: ops rollback goes back, past a record that is cut off, and shows nothing of it", async () => {
    const token = String((await platform.stack.outputs())["guardToken"]?.value);
    const running = await runningGateway(platform.docker, platform.name);
    assert.ok(running);
    // Cuts every record except the serving one, in the middle of its token.
    const script = [
      `cd ${generationsDirectory}`,
      "for one in $(ls -t | tail -n +2); do",
      '  length=$(wc -c < "$one/record.json")',
      '  head -c $((length - 12)) "$one/record.json" > "$one/cut" && mv "$one/cut" "$one/record.json"',
      "done",
    ].join("\n");
    await mustExec(running.gateway.container, ["sh", "-ec", script]);
    const output = await ops(platform, "rollback", "--yes");
    active = active === "blue" ? "green" : "blue";
    assert.match(
      output,
      /^Skipped: the gateway's record of \S+ can't be read\. Its name tells the release\.$/m,
    );
    assert.match(await whoAnswers(platform), new RegExp(`^${active} `));
    for (let at = 0; at + 10 <= token.length; at += 1)
      assert.ok(!output.includes(token.slice(at, at + 10)), "the output shows a part of the token");
    assert.match(await ops(platform, "prune", "--dry-run"), /remove/);
  });

  it("is down: a new release is refused with the reason, and nothing is touched", async () => {
    const before = await platform.containers();
    const other = active === "blue" ? "green" : "blue";
    await platform.set(tags(other, "v3"));
    const refusal = await platform.failingUp();
    assert.match(refusal, /webnet:colors\.\w+\.backendTag\s+problem: the engine can't reach the registry/);
    await registry.set({ status: 429, code: "TOOMANYREQUESTS" });
    assert.match(await platform.failingUp(), /problem: the registry \S+ was asked too often/);
    await registry.set("well");
    const missing = await failingOps(platform, "deploy", "--tag", "v4", "--yes");
    assert.match(missing, /problem: the registry has no such image: .*manifest unknown/);
    await platform.set(tags(other, other === "blue" ? "v1" : "v2"));
    assert.deepEqual(await platform.containers(), before);
  });

  it("answers again, and a tag has moved: that is a new release", async () => {
    await platform.up();
    const before = await platform.output("release");
    const tag = active === "blue" ? "v1" : "v2";
    await registry.take(platform.docker, "webnet.local/sample-backend:v3", "backend", tag);
    await platform.up();
    assert.notEqual(await platform.output("release"), before);
    assert.deepEqual(await platform.up(), []);
  });

  it("is down, and the state is lost: recover takes in what runs, and no placeholder for a password", async () => {
    const before = await platform.containers();
    await registry.set("closed");
    await removeState(platform.name);
    const made = await platform.target.pulumi(["stack", "init", "--no-select"]);
    assert.equal(made.exitCode, 0, made.stderr);
    await recovered(platform);
    assert.ok(!(await platform.stateFile()).includes("[secret]"));
    await platform.up();
    assert.deepEqual(await platform.containers(), before);
    await platform.stack.refresh();
    assert.deepEqual(await platform.up(), []);
    assert.ok(!(await platform.stateFile()).includes(password));
  });

  /** The engine's names of the images that it pulled from the test's registry. */
  async function ourImages(what = ""): Promise<string[]> {
    const images = await platform.docker.listImages({ all: false });
    return images
      .flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])])
      .filter((name) => name.startsWith(`${registry.address}/${what}`));
  }
});

async function removeState(stack: string): Promise<void> {
  for (const part of ["stacks", "history", "backups"]) {
    const folder = join(localPaths.state, ".pulumi", part, "webnet");
    for (const name of await readdir(folder))
      if (name.startsWith(stack)) await rm(join(folder, name), { recursive: true });
  }
}
