import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { localEnvironment } from "../../dev/toolchain/environment.ts";
import { removeLeftovers } from "../../dev/toolchain/leftovers.ts";
import type { FilesChange } from "../../contract/files.ts";
import { connectEngine } from "../../engine/client.ts";
import { mustExec } from "../../engine/exec.ts";
import { FileSet } from "../../engine/file-set.ts";
import { readTexts } from "../../engine/archive.ts";
import { withVolume, writeFiles, type VolumeFile } from "../../engine/volume.ts";
import { projectRoot } from "../../host/project.ts";
import { prometheus } from "../../services/prometheus.ts";
import { catalogues } from "../../settings/catalogue.ts";

const stack = `test-filesets-${process.pid}`;
const uid = 65534;
const image = catalogues.local.prometheus;
const labels = { "webnet.stack": stack, "webnet.role": "copy" };
const file = (path: string, content: string): VolumeFile => ({ path, content, mode: 0o400, uid });

describe("the files of a volume", function () {
  this.timeout("4m");
  const host = localEnvironment()["DOCKER_HOST"] ?? "";
  let docker: Docker;
  let count = 0;

  before(() => {
    docker = connectEngine(host);
  });

  after(async () => {
    await removeLeftovers(docker, { ofStack: (one) => one === stack, volumes: true });
  });

  async function newVolume(): Promise<string> {
    const Name = `${stack}-${(count += 1)}`;
    await docker.createVolume({ Name, Labels: labels });
    return Name;
  }

  /** A container that reads a volume, as a service does. */
  async function reader(volume: string, target: string, command: Partial<Docker.ContainerCreateOptions>) {
    const container = await docker.createContainer({
      name: `${stack}-reader-${(count += 1)}`,
      Image: image,
      User: `${uid}:${uid}`,
      Labels: labels,
      ...command,
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        NetworkMode: "none",
        Tmpfs: { "/prometheus": `mode=0700,uid=${uid},gid=${uid}`, "/tmp": "mode=1777" },
        Mounts: [{ Type: "volume", Source: volume, Target: target, ReadOnly: true }],
      },
    });
    await container.start();
    return container;
  }

  /** Writes files as an update does, by its command. */
  async function write(
    volume: string,
    files: readonly VolumeFile[],
    told: { container?: string; directory?: string; change?: FilesChange } = {},
  ): Promise<{ exitCode: number; said: string }> {
    const child = spawn(process.execPath, ["deploy/files.ts"], {
      cwd: projectRoot,
      env: {
        ...process.env,
        DOCKER_HOST: host,
        WEBNET_STACK: stack,
        WEBNET_IMAGE: image,
        WEBNET_VOLUME: volume,
        ...(told.container !== undefined && { WEBNET_CONTAINER: told.container }),
        ...(told.directory !== undefined && { WEBNET_DIRECTORY: told.directory }),
        ...(told.change !== undefined && { WEBNET_CHANGE: JSON.stringify(told.change) }),
      },
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin.end(JSON.stringify(files));
    const [said, [exitCode]] = await Promise.all([
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { exitCode: exitCode ?? -1, said };
  }

  async function written(volume: string, files: readonly VolumeFile[]): Promise<void> {
    assert.deepEqual(await write(volume, files), { exitCode: 0, said: "" });
  }

  /** All files below a volume's root by what a reader sees. */
  async function seen(volume: string): Promise<Record<string, string>> {
    const container = await reader(volume, "/read", { Entrypoint: ["sleep"], Cmd: ["60"] });
    try {
      const list =
        'cd /read; for f in $(find -L . -type f ! -path "*/..*/*" | sort); do echo "$f=$(cat "$f")"; done';
      const lines = (await mustExec(container, ["sh", "-c", list])).split("\n").filter(Boolean);
      return Object.fromEntries(lines.map((line) => line.slice(2).split("=") as [string, string]));
    } finally {
      await container.remove({ force: true });
    }
  }

  it("are exactly those that are named, whatever was there, also files of an earlier webnet", async () => {
    const volume = await newVolume();
    await withVolume(docker, { image, volume, labels }, (container, path) =>
      writeFiles(container, path, [file("password", "old"), file("gone", "x"), file("sub/gone", "x")]),
    );
    await written(volume, [file("password", "one"), file("sub/a", "1"), file(".hidden", "2")]);
    assert.deepEqual(await seen(volume), { ".hidden": "2", password: "one", "sub/a": "1" });
    await written(volume, [file("password", "two"), file("ümläut", "3")]);
    assert.deepEqual(await seen(volume), { password: "two", ümläut: "3" });
    const left = await withVolume(docker, { image, volume, labels }, (container, path) =>
      readTexts(container, path),
    );
    assert.equal(left.length, 2, "files of before are left");
  });

  it("change all at once for whoever reads them, 3,000 of them as well", async () => {
    const volume = await newVolume();
    const set = (mark: string) =>
      Array.from({ length: 3000 }, (_, at) => file(at < 100 ? `f${at}` : `folder/f${at}`, mark));
    await written(volume, set("0"));
    const look =
      "cd /read; n=0; while [ ! -e /tmp/end ]; do d=$(readlink ..data); " +
      'a=$(cat f0 f99 folder/f2999 2> /dev/null | tr -d "\\n"); [ "$d" = "$(readlink ..data)" ] || continue; ' +
      'n=$((n+1)); case $a in 000|111|222|333) ;; *) echo "torn: $a";; esac; done; echo "looks: $n"';
    const container = await reader(volume, "/read", { Entrypoint: ["sh", "-c", look] });
    for (const mark of ["1", "2", "3"]) await written(volume, set(mark));
    await mustExec(container, ["touch", "/tmp/end"]);
    await container.wait();
    const said = String(await container.logs({ stdout: true, stderr: true }));
    const [, looks = "0"] = /looks: (\d+)/.exec(said) ?? [];
    assert.ok(Number(looks) > 20, said);
    assert.ok(!said.includes("torn"), said);
    await container.remove({ force: true });
  });

  it("are told to what runs with them by a signal, a command or a new start", async () => {
    const volume = await newVolume();
    await written(volume, [file("value", "0")]);
    const loop = "trap 'echo got $(cat /read/value)' HUP; echo started; while :; do sleep 0.2; done";
    const container = await reader(volume, "/read", { Entrypoint: ["sh", "-c", loop] });
    const { Name } = await container.inspect();
    const told = (then: FilesChange["then"]) => ({
      container: Name.slice(1),
      directory: "/read",
      change: { then },
    });
    const log = async (): Promise<string[]> =>
      String(await container.logs({ stdout: true, follow: false }))
        .split("\n")
        .map((line) => line.replace(/[^a-z\d]/g, ""))
        .filter(Boolean);
    const wait = async (lines: number) => {
      for (const deadline = Date.now() + 10_000; (await log()).length < lines && Date.now() < deadline;)
        await new Promise((resolve) => setTimeout(resolve, 100));
      return (await log()).slice(-1);
    };
    await wait(1);
    assert.deepEqual(await write(volume, [file("value", "1")], told({ signal: "SIGHUP" })), {
      exitCode: 0,
      said: "",
    });
    assert.deepEqual(await wait(2), ["got1"]);
    const command = { command: ["sh", "-c", "test $(cat /read/value) = 2"] };
    assert.equal((await write(volume, [file("value", "2")], told(command))).exitCode, 0);
    assert.equal(
      (await write(volume, [file("value", "3")], told({ restart: { graceSeconds: 1 } }))).exitCode,
      0,
    );
    assert.deepEqual(await wait(3), ["started"]);
    await container.remove({ force: true });
  });

  it("never appear where their check refuses them, and go back where they can't be taken", async () => {
    const volume = await newVolume();
    await written(volume, [file("value", "good")]);
    const container = await reader(volume, "/read", { Entrypoint: ["sleep", "300"] });
    const told = { container: (await container.inspect()).Name.slice(1), directory: "/read" };
    const fine = { command: ["true"] };
    const check = ["sh", "-c", 'grep -q good "$0/value" || { echo "no good in it"; exit 1; }', "{}"];
    const refused = await write(volume, [file("value", "bad")], { ...told, change: { check, then: fine } });
    assert.equal(refused.exitCode, 1);
    assert.match(
      refused.said,
      /^test-filesets-\d+-reader-\d+ does not take its new files, and goes on with those that it has:\n {2}no good in it\n/,
    );
    assert.deepEqual(await seen(volume), { value: "good" });
    const failing = { check, then: { command: ["sh", "-c", "echo cannot >&2; exit 3"] } };
    const back = await write(volume, [file("value", "good too")], { ...told, change: failing });
    assert.deepEqual([back.exitCode, /\n {2}cannot\n/.test(back.said)], [1, true]);
    assert.deepEqual(await seen(volume), { value: "good" });
    await written(volume, [file("value", "good again")]);
    const left = await withVolume(docker, { image, volume, labels }, (from, path) => readTexts(from, path));
    assert.equal(left.length, 1, "what was refused is left");
    await container.remove({ force: true });
  });

  it("can take the place of a directory of the same name, and can be given up before anybody reads them", async () => {
    const volume = await newVolume();
    await written(volume, [file("a/b", "1")]);
    await written(volume, [file("a", "2")]);
    assert.deepEqual(await seen(volume), { a: "2" });
    const set = await FileSet.stage(docker, { image, volume, labels }, [file("a", "3")]);
    await set.discard();
    assert.deepEqual(await seen(volume), { a: "2" });
  });

  it("are Prometheus's configuration, which takes a good one as it runs and keeps it over a bad one", async () => {
    const volume = await newVolume();
    const config = (seconds: number) => `global:\n  scrape_interval: ${seconds}s\n`;
    await written(volume, [file("prometheus.yml", config(15))]);
    const container = await reader(volume, "/etc/prometheus", {
      Cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    });
    const { change } =
      prometheus.files?.({
        platform: { prefix: stack, stack, settings: { monitoring: { scrapeIntervalSeconds: 15 } } },
        scraped: [],
      } as unknown as Parameters<NonNullable<typeof prometheus.files>>[0]) ?? {};
    assert.ok(change);
    const told = {
      container: (await container.inspect()).Name.slice(1),
      directory: "/etc/prometheus",
      change,
    };
    const interval = async (): Promise<string> => {
      const url = "http://127.0.0.1:9090/api/v1/status/config";
      for (const deadline = Date.now() + 20_000; ;) {
        try {
          const answer = await mustExec(container, ["wget", "-q", "-O", "-", url]);
          return /scrape_interval: (\w+)/.exec(answer)?.[1] ?? answer;
        } catch (error) {
          if (Date.now() > deadline) throw error;
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      }
    };
    assert.equal(await interval(), "15s");
    assert.deepEqual(await write(volume, [file("prometheus.yml", config(30))], told), {
      exitCode: 0,
      said: "",
    });
    assert.equal(await interval(), "30s");
    const bad = await write(volume, [file("prometheus.yml", "global: {scrape_interval: soon}\n")], told);
    assert.equal(bad.exitCode, 1);
    assert.match(bad.said, /not a valid duration/);
    assert.equal(await interval(), "30s");
    // What the check doesn't see, as a file that goes before it is read.
    const unseen = { ...told, change: { then: change.then } };
    const unread = await write(volume, [file("prometheus.yml", "global: {scrape_interval: soon}\n")], unseen);
    assert.match(unread.said, /it has not read them within 15 s/);
    assert.equal(await interval(), "30s");
    await container.restart({ t: 1 });
    assert.equal(await interval(), "30s");
    assert.equal((await container.inspect()).RestartCount, 0);
    await container.remove({ force: true });
  });
});
