import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeWorkload } from "../../../gateway/edge.ts";
import { identifyGateway, nginxWorkload } from "../../../gateway/nginx.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

const workload = nginxWorkload(platformWith(), "0a1b2c3d");

/**
 * Runs a script of the container. Functions replace all that it calls, and print each call.
 *
 * @param presence curl's exit code on the port that any public nginx listens on; 7: no nginx is public
 * @param note the network that the edge noted
 */
function run(script: string, { presence = 0, ownServer = 0, note = "net:[1]" } = {}): string[] {
  const fakes = [
    `curl() { case "$*" in *internal.sock*) return ${ownServer};; *127.0.0.1:8090*) return ${presence};; esac; }`,
    'ln() { echo "ln $2"; }; mv() { :; }; kill() { echo "kill $*"; }; nginx() { echo "nginx $1"; }',
    `readlink() { echo "net:[1]"; }; cat() { [ -n "${note}" ] && echo "${note}"; }`,
  ];
  const { stdout, status } = spawnSync("sh", ["-c", [...fakes, script].join("\n")], { encoding: "utf8" });
  return [...stdout.split("\n").filter(Boolean), String(status)];
}

const [, , start = ""] = workload.entrypoint ?? [];
const [, , check = ""] = workload.health.command;
const publicFile = "ln /etc/webnet/gateway/current/nginx.conf";
const quietFile = "ln /etc/webnet/gateway/current/quiet.conf";

describe("an nginx that starts", () => {
  // Without the wait for its end, and the logs that are passed on until then.
  const prepared = start.replace(/ &\nnginx=\$![^]*/, "").replaceAll("ln -sfn /var/log", ": /var/log");

  it("takes connections where nobody does, as after a reboot", () => {
    assert.deepEqual(run(prepared, { presence: 7 }), [publicFile, "nginx -c", "0"]);
  });

  it("takes none beside one that serves, however it answers", () => {
    // 0 answered, 28 too slow, 52 an empty answer.
    for (const presence of [0, 28, 52])
      assert.deepEqual(run(prepared, { presence }), [quietFile, "nginx -c", "0"]);
  });
});

describe("an nginx's check", () => {
  it("is good where its own server answers, whoever serves", () => {
    assert.deepEqual(run(check), ["0"]);
    assert.equal(run(check, { ownServer: 7 }).at(-1), "1");
  });

  it("ends it in a network that its edge has left", () => {
    assert.deepEqual(run(check, { note: "net:[2]" }), ["kill -TERM 1", "1"]);
    // An unreadable note proves nothing.
    assert.deepEqual(run(check, { note: "" }), ["0"]);
  });

  it("has it take connections where the one that did is gone", () => {
    assert.deepEqual(run(check, { presence: 7 }), [publicFile, "nginx -s", "0"]);
  });
});

describe("an nginx of which a worker was killed", () => {
  /** Runs the check several times in one container. `answers` and `few` are nginx's answers each time. */
  function checks(alert: string, answers: readonly string[], few: readonly string[] = []): string[] {
    const folder = mkdtempSync(join(tmpdir(), "webnet-check-"));
    try {
      // nginx writes its alerts there.
      const script = check.replaceAll("/tmp/", `${folder}/`);
      writeFileSync(join(folder, "alerts"), alert);
      return answers.map((answer, at) => {
        const asked = `curl() { case "$*" in */full) echo ${answer};; */few) echo ${few[at] ?? 429};; esac; }`;
        const others =
          'kill() { echo "kill $*"; }; readlink() { :; }; cat() { :; }; ln() { :; }; nginx() { :; }';
        const { stdout } = spawnSync("sh", ["-c", [asked, others, script].join("\n")], { encoding: "utf8" });
        return stdout.trim();
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const killed = "2026/11/28 03:00:00 [alert] 1#1: worker process 31 exited on signal 9\n";

  it("is ended when it turns everybody away at two checks in a row", () => {
    assert.deepEqual(checks(killed, ["429", "429"]), ["", "kill -TERM 1"]);
    assert.deepEqual(checks(killed, ["429", "200", "429", "429"]), ["", "", "", "kill -TERM 1"]);
  });

  it("is only busy where hardly a request counted since: what counts for ever would have", () => {
    assert.deepEqual(checks(killed, ["200", "429", "429", "429"], ["200"]), ["", "", "", ""]);
    assert.deepEqual(checks(killed, ["429", "200", "429", "429"], ["429", "200"]), ["", "", "", ""]);
    // A gateway with an earlier webnet's configuration, or without an answer, proves nothing.
    for (const few of ["404", "000"])
      assert.deepEqual(checks(killed, ["429", "429"], [few, few]), ["", "kill -TERM 1"]);
  });

  it("goes on while it takes requests, or doesn't answer", () => {
    assert.deepEqual(checks(killed, ["200", "200", "000", "200"]), ["", "", "", ""]);
  });

  it("is only busy where none was killed", () => {
    const busy = "2026/11/28 03:00:00 [alert] 1#1: 4096 worker_connections are not enough\n";
    assert.deepEqual(checks(busy, ["429", "429", "429"]), ["", "", ""]);
  });
});

describe("a gateway's name", () => {
  const name = (changes: Config = {}): string => identifyGateway(platformWith(changes));

  it("follows from all that would make its container, or the edge's, anew", () => {
    const changes: Config[] = [
      { "images.nginx": "nginx:1.30.7" },
      { "gateway.limits.memoryMegabytes": 300 },
      { "gateway.drainSeconds": 61 },
      { "gateway.httpPort": 81 },
      { "gateway.bindAddress": "127.0.0.1" },
      { "network.name": "another" },
    ];
    const names = changes.map(name);
    assert.equal(new Set([name(), ...names]).size, changes.length + 1);
    assert.equal(name(), name());
  });

  it("doesn't follow from what a deploy changes, or a host's new kernel", () => {
    for (const changes of [
      { activeColor: "green" },
      { "colors.blue.backendTag": "sha-9" },
      { domain: "x.org" },
    ])
      assert.equal(name(changes), name());
    const older = { ...platformWith(), canMigrateConnections: false };
    assert.equal(identifyGateway(older), name());
  });
});

describe("the edge", () => {
  it("asks nothing of a kernel that it doesn't know", () => {
    const sysctls = (canMigrateConnections: boolean) =>
      Object.keys(edgeWorkload({ ...platformWith(), canMigrateConnections }).sysctls ?? {});
    assert.ok(sysctls(true).includes("net.ipv4.tcp_migrate_req"));
    assert.deepEqual(sysctls(false), ["net.ipv4.ip_unprivileged_port_start"]);
    const { labels } = edgeWorkload({ ...platformWith(), canMigrateConnections: false });
    // The next update goes by this label, not by the host's new kernel.
    assert.deepEqual(labels, { "webnet.migrates": "false" });
  });

  const [, , edgeCheck = ""] = edgeWorkload(platformWith()).health.command;

  /** What the edge's check does with the edge's own nginx, look by look. `own`: the state of that nginx. */
  function looks(...each: { presence: number; own?: "runs" | "zombie" }[]): string[] {
    const folder = mkdtempSync(join(tmpdir(), "webnet-edge-"));
    const [commandLine, log] = [join(folder, "cmdline"), join(folder, "fd1")];
    const script = edgeCheck
      .replaceAll("/tmp/", `${folder}/`)
      .replace(`/proc/$(cat ${folder}/nginx.pid)/cmdline`, commandLine)
      .replaceAll("/proc/1/fd/", join(folder, "fd"));
    try {
      return each.map(({ presence, own }) => {
        rmSync(commandLine, { force: true });
        if (own !== undefined) writeFileSync(commandLine, own === "runs" ? "nginx: master process" : "");
        writeFileSync(log, "");
        const said = run(script, { presence });
        return [...said.filter((line) => line.startsWith("nginx")), readFileSync(log, "utf8").trim()].join(
          "",
        );
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("notes its network, and where it can't, as on a full disk, leaves no note of another", () => {
    const start = edgeWorkload(platformWith()).entrypoint?.at(-1) ?? "";
    for (const script of [edgeCheck, start.replace("exec tail -f /dev/null", "exit 0")]) {
      for (const isFull of [false, true]) {
        const folder = mkdtempSync(join(tmpdir(), "webnet-edge-"));
        try {
          const note = join(folder, "namespace");
          writeFileSync(note, "net:[2]\n");
          // A directory can't be overwritten: it stands for a full disk.
          if (isFull) mkdirSync(`${note}.next`);
          const local = script.replaceAll("/tmp/", `${folder}/`).replaceAll("/etc/webnet/gateway", folder);
          const { status } = spawnSync("sh", ["-c", `curl() { return 0; }\n${local}`]);
          assert.equal(status, 0);
          const own = readlinkSync("/proc/self/ns/net");
          assert.equal(existsSync(note) ? readFileSync(note, "utf8") : "", isFull ? "" : `${own}\n`);
        } finally {
          rmSync(folder, { recursive: true });
        }
      }
    }
  });

  it("stands in where nobody takes connections twice in a row, once, and goes when somebody does", () => {
    assert.deepEqual(
      looks(
        { presence: 7 },
        { presence: 7 },
        { presence: 7, own: "runs" },
        { presence: 0, own: "runs" },
        { presence: 0 },
      ),
      ["", "nginx -c", "", "nginx -s", ""],
    );
    // A killed nginx doesn't count, though its process id stays taken.
    assert.deepEqual(looks({ presence: 7 }, { presence: 7, own: "zombie" }), ["", "nginx -c"]);
    // The edge waits for a gateway that is just being replaced.
    assert.deepEqual(looks({ presence: 7 }, { presence: 0 }, { presence: 7 }), ["", "", ""]);
  });
});
