import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { GatewayContainer } from "../../../gateway/gateway.ts";
import { UnreadableRecord } from "../../../gateway/record.ts";
import { FakeContainer, type Answer } from "../support/fake-container.ts";
import { readTar } from "../support/tar.ts";

const record = {
  generation: "abc-green-00000002",
  digest: "0123456789abcdef",
  active: "green-00000002",
  keptReleases: ["blue-00000001"],
  guardToken: "Secret0Mark",
};

function gatewayThat(answer: Answer): { gateway: GatewayContainer; fake: FakeContainer } {
  const fake = new FakeContainer(() => answer);
  return { gateway: new GatewayContainer(fake.container), fake };
}

describe("the running gateway", () => {
  it("tells the record of the generation that nginx names", async () => {
    const { gateway, fake } = gatewayThat({ stdout: JSON.stringify(record) });
    assert.deepEqual(await gateway.servingRecord(), record);
    const script = fake.calls[0]?.argv[2] ?? "";
    const read = (curl: string) => {
      const fakes = [`curl() { ${curl}; }`, 'cat() { echo "$@"; }'];
      return spawnSync("sh", ["-ec", [...fakes, script].join("\n")], { encoding: "utf8" });
    };
    const { stdout } = read(`echo ${record.generation}`);
    assert.equal(stdout, "/etc/webnet/gateway/generations/abc-green-00000002/record.json\n");
    assert.equal(read("return 7").status, 7);
    const gone = spawnSync("sh", ["-ec", `curl() { echo nothing; }\n${script}`], { encoding: "utf8" });
    assert.equal(gone.status, 200);
  });

  it("whose nginx answers too late once has its record all the same", async () => {
    const slow: Answer = { exitCode: 28, stderr: "curl: (28) Operation timed out\n" };
    const whole: Answer = { stdout: JSON.stringify(record) };
    const answering = (...answers: Answer[]) =>
      new GatewayContainer(
        new FakeContainer(({ argv }) =>
          argv[0] === "curl" ? { stdout: record.generation } : (answers.shift() ?? {}),
        ).container,
      );
    assert.deepEqual(await answering(slow, whole).servingRecord(), record);
    // The record was never read: it may be whole.
    await assert.rejects(answering(slow, slow).servingRecord(), {
      message: "the gateway doesn't answer: curl: (28) Operation timed out",
    });
    const gone: Answer = { exitCode: 200, stderr: "cat: record.json: No such file or directory\n" };
    await assert.rejects(answering(slow, gone).servingRecord(), UnreadableRecord);
  });

  it("that is only slow to say whether it is public is asked again, and one that isn't there is not", async () => {
    const asked = (...answers: Answer[]) => {
      const fake = new FakeContainer(() => answers.shift() ?? { exitCode: 28 });
      return { isPublic: new GatewayContainer(fake.container).isPublic(), fake };
    };
    assert.equal(await asked({ exitCode: 28 }, { exitCode: 28 }, { stdout: "public\n" }).isPublic, true);
    assert.equal(await asked({ stdout: "quiet\n" }).isPublic, false);
    const ended = asked({ exitCode: 7 }, { stdout: "public\n" });
    assert.equal(await ended.isPublic, false);
    const hanging = asked();
    assert.equal(await hanging.isPublic, false);
    assert.deepEqual([ended.fake.calls.length, hanging.fake.calls.length], [1, 6]);
  });

  it("that doesn't answer is an error that says why", async () => {
    const { gateway } = gatewayThat({ exitCode: 7, stderr: "curl: (7) Failed to connect\n" });
    await assert.rejects(gateway.servingRecord(), {
      message: "the gateway doesn't answer: curl: (7) Failed to connect",
    });
  });

  it("doesn't take a record that is none", async () => {
    const { gateway } = gatewayThat({ stdout: "{}" });
    await assert.rejects(gateway.servingRecord(), UnreadableRecord);
  });

  it("gets a new generation beside the live one, readable by nginx alone, and tests it", async () => {
    const { gateway, fake } = gatewayThat({});
    await gateway.stage(record, { "nginx.conf": "events {}\n" }, 101);
    const [upload] = fake.archives;
    assert.equal(upload?.path, "/etc/webnet");
    const entries = await readTar(Readable.from([upload.archive]));
    const files = entries.filter(({ type }) => type === "file");
    assert.deepEqual(
      files.map(({ name, mode, uid, content }) => [name, mode, uid, content]),
      [
        ["gateway/generations/abc-green-00000002/nginx.conf", 0o400, 101, "events {}\n"],
        ["gateway/generations/abc-green-00000002/record.json", 0o400, 101, JSON.stringify(record)],
      ],
    );
    const links = entries.filter(({ type }) => type === "symlink");
    assert.deepEqual(
      links.map(({ name, target }) => [name, target]),
      [["gateway/generations/abc-green-00000002/frontend", "/srv/frontend/green-00000002"]],
    );
    const conf = "/etc/webnet/gateway/generations/abc-green-00000002/nginx.conf";
    assert.deepEqual(
      fake.calls.map(({ argv }) => argv),
      [["nginx", "-t", "-q", "-c", conf]],
    );
  });

  it("gets a link to the canary's frontend too, where there is one", async () => {
    const { gateway, fake } = gatewayThat({});
    const canary = { release: "blue-00000003", percent: 5 };
    await gateway.stage({ ...record, canary }, {}, 101);
    const entries = await readTar(Readable.from([fake.archives[0]?.archive ?? ""]));
    assert.deepEqual(
      entries.filter(({ type }) => type === "symlink").map(({ target }) => target),
      ["/srv/frontend/green-00000002", "/srv/frontend/blue-00000003"],
    );
  });

  it("refuses a generation that nginx refuses", async () => {
    const { gateway } = gatewayThat({ exitCode: 1, stderr: "nginx: [emerg] unknown directive\n" });
    await assert.rejects(gateway.stage(record, {}, 101), {
      message: "nginx refuses the new configuration:\nnginx: [emerg] unknown directive",
    });
  });

  it("is reloaded once when the pointer has moved, and asked for the proof", async () => {
    const { gateway, fake } = gatewayThat({});
    await gateway.activate(record.generation, 10);
    const script = fake.calls[0]?.argv[2] ?? "";
    assert.equal(fake.calls.length, 1);
    assert.equal(script.match(/nginx -s reload/g)?.length, 1);
    const order = ["ln -sfn generations/abc-green", "mv -T", "nginx -s reload", "/.webnet/generation"];
    const places = order.map((step) => script.indexOf(step));
    assert.ok(!places.includes(-1));
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
  });

  it("has no proof while old workers take connections too", async function () {
    this.timeout("20s");
    const { gateway, fake } = gatewayThat({});
    await gateway.activate(record.generation, 1);
    const script = fake.calls[0]?.argv[2] ?? "";
    // The fake grep answers both searches.
    const run = (all: number, ending: number) => {
      const fakes = [
        "ln() { :; }; mv() { :; }; nginx() { :; }; sleep() { :; }",
        `curl() { echo ${record.generation}; }`,
        `grep() { case "$2" in *shutting*) seq ${ending};; *) seq ${all};; esac; }`,
      ];
      return spawnSync("sh", ["-ec", [...fakes, script].join("\n")], { encoding: "utf8" });
    };
    assert.equal(run(2, 0).status, 0);
    assert.equal(run(4, 2).status, 0);
    assert.equal(run(4, 1).status, 1);
    assert.match(run(4, 0).stderr, /still serving: abc-green-00000002, by 4 workers/);
  });

  it("that goes on serving another generation is an error that names it", async () => {
    const { gateway } = gatewayThat({ exitCode: 1, stderr: "still serving: old\n" });
    await assert.rejects(gateway.activate(record.generation, 10), {
      message: "nginx did not take the new configuration into service: still serving: old",
    });
  });

  it("counts the workers that are superseded, also before they know it", async () => {
    const counted = async (...looks: [all: number, ending: number][]) => {
      const { gateway, fake } = gatewayThat({ stdout: "0\n" });
      await gateway.supersededWorkers((looks.length - 1) / 4);
      const fakes = [
        `look=1; sleep() { look=$((look + 1)); }`,
        'grep() { case "$look$2" in',
        ...looks.flatMap(([all, ending], at) => [
          `${at + 1}*shutting*) seq ${ending};;`,
          `${at + 1}*) seq ${all};;`,
        ]),
        "esac; }",
      ];
      const script = [...fakes, fake.calls[0]?.argv[2] ?? ""].join("\n");
      return Number(spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout);
    };
    assert.equal(await counted([2, 0]), 0);
    assert.equal(await counted([4, 0]), 2);
    assert.equal(await counted([4, 2]), 2);
    // One of the new workers has just crashed.
    assert.equal(await counted([3, 2]), 2);
    assert.equal(await counted([4, 0], [4, 2], [2, 0]), 0);
    assert.equal(await counted([4, 0], [4, 2], [3, 1]), 1);
  });

  it("loses a generation that was not taken, and nothing else", async () => {
    const { gateway, fake } = gatewayThat({});
    await gateway.discard(record.generation);
    const directory = "/etc/webnet/gateway/generations/abc-green-00000002";
    assert.deepEqual(
      fake.calls.map(({ argv }) => argv),
      [["rm", "-rf", directory]],
    );
  });

  it("knows releases by the names that it is given, each replaced in one step, and by no others", async () => {
    const { gateway, fake } = gatewayThat({});
    await gateway.nameReleases({ blue: "blue-00000001", standby: "green-00000002" });
    const script = fake.calls[0]?.argv[2]?.split("\n") ?? [];
    assert.deepEqual(script.slice(0, 2), [
      "mkdir -p /etc/webnet/gateway/names",
      "cd /etc/webnet/gateway/names",
    ]);
    assert.deepEqual(script.slice(2, 4), [
      "ln -sfn /srv/frontend/blue-00000001 .next && mv -T .next blue",
      "ln -sfn /srv/frontend/green-00000002 .next && mv -T .next standby",
    ]);
    assert.match(script[4] ?? "", /^for name in \*; do case " blue standby " in .*rm -f "\.\/\$name"/);
  });
});

describe("the note that the route was given up", () => {
  it("holds for the generation that it names, and says nothing of a later one", async () => {
    const { gateway, fake } = gatewayThat({});
    assert.equal(await gateway.wasUnrouted(), true);
    assert.match(
      fake.calls[0]?.argv[2] ?? "",
      /"\$\(cat \/etc\/webnet\/gateway\/unrouted\)" = "\$\(readlink \/etc\/webnet\/gateway\/current\)"/,
    );
    assert.equal(await gatewayThat({ exitCode: 1 }).gateway.wasUnrouted(), false);
  });

  it("is written beside the generations, and taken back from there", async () => {
    const { gateway, fake } = gatewayThat({});
    await gateway.noteUnrouted();
    await gateway.noteRouted();
    const [written, removed] = fake.calls.map(({ argv }) => argv);
    assert.equal(written?.[2], "readlink /etc/webnet/gateway/current > /etc/webnet/gateway/unrouted");
    assert.deepEqual(removed, ["rm", "-f", "/etc/webnet/gateway/unrouted"]);
  });
});
