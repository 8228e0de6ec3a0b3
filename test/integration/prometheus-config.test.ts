import assert from "node:assert/strict";
import { mustExec } from "../../engine/exec.ts";
import { prometheus } from "../../services/prometheus.ts";
import { file, FileVolumes } from "./support/file-volumes.ts";
import { howMany } from "./support/length.ts";

const config = (interval: string) => [file("prometheus.yml", `global:\n  scrape_interval: ${interval}\n`)];

describe("Prometheus with files of its own", function () {
  this.timeout("3m");
  let volumes: FileVolumes;

  before(() => {
    volumes = new FileVolumes("promconfig");
  });

  after(async () => {
    await volumes.remove();
  });

  it("takes a good configuration once it is ready, refuses a bad one, and keeps the one that it has", async () => {
    const volume = await volumes.create();
    await volumes.written(volume, config("15s"));
    // In a long run, longer than it may take to read a configuration.
    const start = `sleep ${howMany(2, 40)}; exec prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus`;
    const { container, name } = await volumes.reader(volume, "/etc/prometheus", {
      Entrypoint: ["sh", "-c", start],
    });
    const { onChange } = prometheus;
    assert.ok(onChange);
    const told = { container: name, directory: "/etc/prometheus", onChange };
    const interval = async (): Promise<string> => {
      const url = "http://127.0.0.1:9090/api/v1/status/config";
      const answer = await mustExec(container, ["wget", "-q", "-O", "-", url]);
      return /scrape_interval: (\w+)/.exec(answer)?.[1] ?? answer;
    };
    await volumes.written(volume, config("30s"), told);
    assert.equal(await interval(), "30s");
    const bad = await volumes.write(volume, config("soon"), told);
    assert.match(bad.said, /and goes on with those that it has:\n[^]*not a valid duration/);
    assert.equal(await interval(), "30s");
    // What the check doesn't see, such as a file that is gone when it is read.
    const { check, ...unchecked } = onChange;
    assert.ok(check);
    const unread = await volumes.write(volume, config("soon"), { ...told, onChange: unchecked });
    assert.match(
      unread.said,
      /: *\n {2}it could not read them\n {2}last lines of its log:\n[^]*not a valid dur/,
    );
    assert.equal(await interval(), "30s");
    assert.deepEqual(await volumes.notes(volume), { done: { repairs: 0 } });
    await container.restart({ t: 1 });
    await volumes.written(volume, config("45s"), told);
    assert.equal(await interval(), "45s");
    await container.remove({ force: true });
  });
});
