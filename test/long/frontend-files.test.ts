import assert from "node:assert/strict";
import { engineBy } from "../integration/support/engine-by.ts";
import { TestEngine, withoutTestEngine } from "../integration/support/engine.ts";
import { fileOf, Publishing, type Entry } from "../integration/support/publishing.ts";

const tree: Entry[] = [
  { name: "opt", type: "directory" },
  { name: "opt/dist", type: "directory" },
  { name: "opt/dist/index.html", content: "<html>" },
];
const large: Entry = { name: "opt/dist/large.bin", bytes: 200_000_000 };
const volumeMegabytes = 64;

describe("one frontend file of 200 MB", function () {
  this.timeout("20m");

  for (const way of ["tcp", "ssh"] as const) {
    it(`arrives by ${way}, byte for byte`, async () => {
      const publishing = new Publishing();
      try {
        const image = await publishing.image("large", [...tree, large]);
        const volume = await publishing.volume(way);
        const { exitCode, said } = await engineBy(way, publishing.host, (environment) =>
          publishing.publish(image, volume, environment),
        );
        assert.deepEqual([exitCode, said], [0, ""]);
        const found = await publishing.found(volume);
        assert.deepEqual(found.get(`${publishing.release}/large.bin`), await fileOf(large));
      } finally {
        await publishing.remove();
      }
    });
  }

  it("that has no room on the engine's disk is an error that says so, and leaves the room free", async function () {
    const reason = withoutTestEngine();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    const engine = await TestEngine.start("full", { liveRestore: false, volumesMegabytes: volumeMegabytes });
    const publishing = new Publishing(engine.host);
    try {
      const image = await publishing.image("large", [...tree, large]);
      const volume = await publishing.volume("full");
      const { exitCode, said, seconds } = await publishing.publish(image, volume);
      assert.equal(exitCode, 1);
      assert.match(said, /no space left on device|broke off while it was sent files/);
      assert.match(said, /what served before goes on serving/);
      assert.ok(seconds < 60, `${seconds} s`);
      assert.equal((await publishing.found(volume)).has(`${publishing.release}/large.bin`), false);
      const small = await publishing.image("small", tree);
      assert.equal((await publishing.publish(small, volume)).exitCode, 0);
    } finally {
      await engine.remove();
    }
  });
});
