import assert from "node:assert/strict";
import { execIn } from "../../engine/exec.ts";
import { buildOn } from "./support/images.ts";
import { ops } from "./support/ops.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { servingContainer, whoAnswers } from "./support/serving.ts";

describe("room on the engine's host", function () {
  this.timeout("15m");
  let platform: TestPlatform;
  let repositories: { backend: string; frontend: string };

  before(async () => {
    platform = await TestPlatform.create("room");
    // This test's own images, because it removes some.
    repositories = { backend: `${platform.name}/backend`, frontend: `${platform.name}/frontend` };
    for (const tag of ["a", "b", "c", "d"]) {
      const own = { path: "/own.txt", content: tag.repeat(100_000) };
      for (const [part, repository] of Object.entries(repositories))
        await buildOn(platform.docker, `${repository}:${tag}`, `webnet.local/sample-${part}:v1`, own);
    }
    await platform.docker
      .getImage(`${repositories.backend}:a`)
      .tag({ repo: `${platform.name}/somebody-elses`, tag: "a" });
    await platform.set({
      "images.backend": repositories.backend,
      "images.frontend": repositories.frontend,
      "gateway.keptReleases": "1",
      ...tags("blue", "a"),
      ...tags("green", "b"),
    });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
    const images = await platform.docker.listImages();
    const names = images.flatMap(({ RepoTags }) => RepoTags ?? []);
    for (const name of names.filter((one) => one.startsWith(`${platform.name}/`)))
      await platform.docker.getImage(name).remove();
  });

  it("prune removes what superseded releases alone had, and nothing that is referred to", async () => {
    // The gateway keeps the files of blue's first release, then forgets them. They stay on the disk.
    await platform.set(tags("blue", "c"));
    await platform.up();
    await platform.set({ ...tags("green", "d"), activeColor: "green" });
    await platform.up();
    const serving = await servingContainer(platform);
    const before = await found();
    assert.deepEqual(before.tags, ["a", "b", "c", "d"]);
    assert.equal(before.frontends.length, 3);

    const planned = await ops(platform, "prune", "--keep", "0", "--dry-run");
    assert.match(planned, /^ {2}release blue-\w+ \(a\) {2}[1-9][\d,]+ bytes$/m);
    assert.match(planned, /^ {2}image \S+\/backend:a {2}0 bytes$/m);
    assert.match(planned, /^ {2}image \S+\/backend:b {2}[1-9][\d,]+ bytes$/m);
    assert.deepEqual(await found(), before);

    await ops(platform, "prune", "--keep", "0", "--yes");
    const after = await found();
    assert.deepEqual(after.tags, ["c", "d"]);
    assert.equal(after.frontends.length, 2);
    await platform.docker.getImage(`${platform.name}/somebody-elses:a`).inspect();
    assert.equal(await servingContainer(platform), serving);
    assert.deepEqual(await platform.preview(), []);
    assert.match(await ops(platform, "prune", "--keep", "0", "--yes"), /There is nothing to remove/);
    assert.equal(await whoAnswers(platform), "green d");
  });

  it("a release that would not fit is refused before anything is touched; one that is there is not asked about", async () => {
    const containers = await platform.containers();
    await platform.set({
      "engine.minimumFreeDiskMegabytes": "10000000",
      "engine.minimumFreeMemoryMegabytes": "1000000",
    });
    assert.deepEqual(await platform.preview(), []);
    await platform.set(tags("blue", "d"));
    const refusal = await platform.failingUp();
    assert.match(refusal, /has 2 problems; nothing was touched/);
    assert.match(
      refusal,
      /webnet:engine\.minimumFreeDiskMegabytes\n.*no room on the engine's disk, where \d+ MB are free/,
    );
    assert.match(
      refusal,
      /webnet:backend\.limits\.memoryMegabytes\n.*1 new release has no room.*\d+ MB are available of \d+ MB/,
    );
    assert.deepEqual(await platform.containers(), containers);
    await platform.unset("engine.minimumFreeDiskMegabytes", "engine.minimumFreeMemoryMegabytes");
    assert.ok((await platform.preview()).some(({ op }) => op === "create"));
  });

  /** The tags that both repositories have, and the directories of the frontends. */
  async function found(): Promise<{ tags: string[]; frontends: string[] }> {
    const images = await platform.docker.listImages();
    const names = images.flatMap(({ RepoTags }) => RepoTags ?? []);
    const tagsOf = (repository: string) =>
      names
        .filter((name) => name.startsWith(`${repository}:`))
        .map((name) => name.slice(repository.length + 1))
        .sort();
    assert.deepEqual(tagsOf(repositories.backend), tagsOf(repositories.frontend));
    const gateway = await platform.gateway();
    const { stdout } = await execIn(gateway, ["ls", "/srv/frontend"]);
    return { tags: tagsOf(repositories.backend), frontends: stdout.trim().split("\n") };
  }
});

function tags(color: string, tag: string): Record<string, string> {
  return { [`colors.${color}.backendTag`]: tag, [`colors.${color}.frontendTag`]: tag };
}
