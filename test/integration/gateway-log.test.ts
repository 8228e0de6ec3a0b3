import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { localEnvironment } from "../../dev/toolchain/environment.ts";
import { removeLeftovers } from "../../dev/toolchain/leftovers.ts";
import { connectEngine } from "../../engine/client.ts";
import { execIn, mustExec } from "../../engine/exec.ts";
import { nginxUid } from "../../gateway/layout.ts";
import { logMemory, runWithLogs } from "../../gateway/log-lines.ts";
import { logFiles, pidFile } from "../../render/nginx.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { memoryMounts } from "../../workload/on-docker/arguments.ts";
import { memoryOf } from "../../workload/spec.ts";

const stack = `test-log-${process.pid}`;
const logMegabytes = 1;
const config = `
worker_processes 2;
pid ${pidFile};
error_log ${logFiles.error} notice;
events {}
http {
  log_format line '$request_uri';
  access_log ${logFiles.access} line;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  server { listen unix:/tmp/nginx.sock; location / { return 200 "ok\\n"; } }
}`;

/** nginx itself, in a container whose output nobody reads until the test does. */
describe("nginx whose log lines nobody reads", function () {
  this.timeout("3m");
  let docker: Docker;
  let container: Docker.Container;
  const exec = async (script: string): Promise<string> => await mustExec(container, ["sh", "-c", script]);

  before(async () => {
    docker = connectEngine(localEnvironment()["DOCKER_HOST"] ?? "");
    const run = runWithLogs({
      command: "nginx -c /tmp/n.conf -g 'daemon off;'",
      logMegabytes,
      endSeconds: 5,
    });
    const entrypoint = [
      `printf '%s' "$CONFIG" > /tmp/n.conf`,
      // Open for reading too: else opening it would wait for a reader.
      "mkfifo /tmp/out || busybox mkfifo /tmp/out",
      "exec 9<> /tmp/out",
      "exec >&9 2> /tmp/errors",
      ...run,
    ].join("\n");
    container = await docker.createContainer({
      Image: catalogues.local.nginx,
      Entrypoint: ["sh", "-c", entrypoint],
      Cmd: [],
      Env: [`CONFIG=${config}`],
      User: `${nginxUid}:${nginxUid}`,
      Labels: { "webnet.stack": stack, "webnet.role": "gateway-log" },
      HostConfig: {
        ReadonlyRootfs: true,
        NetworkMode: "none",
        Tmpfs: { "/tmp": "mode=1777,size=64m", ...memoryMounts(memoryOf(logMemory(logMegabytes))) },
      },
    });
    await container.start();
    await until("nginx", async () => (await request("first", 1)) === 0);
  });

  after(async () => {
    await removeLeftovers(docker, { ofStack: (one) => one === stack, volumes: true });
  });

  /** Makes requests, each with a line of a kilobyte, and returns curl's exit code. */
  async function request(name: string, count: number): Promise<number> {
    const url = `http://localhost/${name}-[1-${count}]?${"x".repeat(1000)}`;
    const argv = [
      "curl",
      "-sS",
      "-o",
      "/dev/null",
      "--max-time",
      "20",
      "--unix-socket",
      "/tmp/nginx.sock",
      url,
    ];
    return (await execIn(container, argv)).exitCode;
  }

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!(await isSo())) {
      await sleep(300);
      if (Date.now() > deadline) {
        const { stdout, stderr } = await execIn(container, [
          "sh",
          "-c",
          "ls -l /tmp /var/log/webnet; tail /tmp/errors",
        ]);
        assert.fail(`${what}: not within 30 s\n${stdout}${stderr}`);
      }
    }
  }

  /** The numbers of the printed lines with this name. */
  async function printed(name: string): Promise<string> {
    return await exec(`sed -n 's/^.${name}-\\([0-9]*\\)?x*$/\\1/p' /tmp/read`);
  }
  const all = (count: number): string => Array.from({ length: count }, (_, at) => `${at + 1}\n`).join("");

  it("answers every request also when its memory for them is full", async () => {
    assert.equal(await request("full", 3000), 0);
    assert.equal(await request("full", 10), 0);
    const usage = await exec("df -k /var/log/webnet | tail -1");
    assert.match(usage, / (?:9\d|100)% /, usage);
  });

  it("has the lines that found room printed once somebody reads, and says that others may be missing", async () => {
    const reader = await container.exec({ Cmd: ["sh", "-c", "cat /tmp/out > /tmp/read"] });
    await reader.start({ Detach: true });
    await until("the lines", async () => (await printed("full")).split("\n").length > 700);
    await until("the warning", async () =>
      (await exec("cat /tmp/errors")).includes("webnet: the engine did not read the access log for a while"),
    );
  });

  it("has every line printed after that, once and in order, over many files", async () => {
    await until("room", async () => !(await exec("ls /var/log/webnet")).includes("aside"));
    for (const name of ["a", "b", "c"]) {
      assert.equal(await request(name, 150), 0);
      await until(`the lines of ${name}`, async () => (await printed(name)) === all(150));
      // Puts the file aside, and removes it.
      await sleep(1500);
    }
    await until("room", async () => !(await exec("ls /var/log/webnet")).includes("aside"));
    assert.equal(await request("d", 150), 0);
    await until("the lines of d", async () => (await printed("d")) === all(150));
  });

  it("ends by the container's stop signal, with its own exit code, and starts again", async () => {
    for (const signal of ["SIGQUIT", "SIGTERM"]) {
      await container.kill({ signal });
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      assert.equal(StatusCode, 0, signal);
      await container.start();
      await until("nginx", async () => (await request("again", 1)) === 0);
    }
  });
});
