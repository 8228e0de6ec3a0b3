import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { engineFailure } from "../../../engine/client.ts";
import { sshAgent } from "../../../engine/ssh.ts";
import { sessionArguments } from "../../../engine/ssh/arguments.ts";
import { SharedLogin } from "../../../engine/ssh/login.ts";
import { SshSession } from "../../../engine/ssh/session.ts";
import { FakeSsh } from "../support/fake-ssh.ts";

describe("an engine by ssh", function () {
  this.timeout("60s");
  const ssh = new FakeSsh();
  let hosts = 0;

  /** An engine on a new host: it shares no connection with another test's engine. */
  const engine = (): Docker => {
    const agent = sshAgent(`ssh://deploy@host${(hosts += 1)}.example:2222`, ssh.sockets);
    const options = { protocol: "http", host: "engine", port: 80, agent } as const;
    return new Docker(options);
  };
  const ask = async (docker: Docker, times: number): Promise<void> => {
    const names = Array.from({ length: times }, (_, index) => `c${index}`);
    const answers = await Promise.all(names.map((name) => docker.getContainer(name).inspect()));
    assert.deepEqual(
      answers,
      names.map((name) => ({ asked: `/containers/${name}/json` })),
    );
  };

  before(() => ssh.start());
  after(() => ssh.end());

  it("is asked over the ssh program", async () => {
    ssh.behave();
    await ask(engine(), 1);
  });

  it("is asked many questions at once over one login", async () => {
    ssh.behave();
    await ask(engine(), 24);
    assert.equal(ssh.logins.length, 1);
  });

  it("that takes no login just now is tried again", async () => {
    ssh.behave({ refused: 2 });
    await ask(engine(), 3);
    assert.equal(ssh.logins.length, 3);
  });

  it("gets another login where one takes no further session, and none more than is needed", async () => {
    ssh.behave({ sessions: 2 });
    await ask(engine(), 12);
    assert.equal(ssh.logins.filter((line) => line.includes("-N")).length, 3);
  });

  it("gets its login once from two that need it at the same time", async () => {
    ssh.behave();
    let isThere = false;
    const logins = [1, 2].map(() => new SharedLogin("ssh://both.example", 1, ssh.sockets));
    const start = async (login: SharedLogin): Promise<boolean> => {
      const shared = await login.start(() => Promise.resolve(isThere));
      isThere = true;
      return shared;
    };
    assert.deepEqual(await Promise.all(logins.map(start)), [true, true]);
    assert.equal(ssh.logins.length, 1);
  });

  it("is reached without a shared login where others could lay their own socket there", async () => {
    ssh.behave();
    chmodSync(ssh.sockets, 0o777);
    await ask(engine(), 1);
    assert.match(ssh.logins.join(), /ControlPath=none/);
  });

  it("is reached again where the shared login has ended without a trace", async () => {
    ssh.behave();
    const login = new SharedLogin("ssh://deploy@gone.example", 1, ssh.sockets);
    writeFileSync(login.socket, "");
    const agent = sshAgent("ssh://deploy@gone.example", ssh.sockets);
    ssh.behave({ refused: 1 });
    await ask(new Docker({ protocol: "http", host: "engine", port: 80, agent } as object), 1);
    assert.equal(ssh.logins.length, 2);
  });

  it("takes the input of a command, and gives its output", async () => {
    ssh.behave();
    const exec = engine().getExec("e");
    const stream = await exec.start({ hijack: true, stdin: true });
    const long = "x".repeat(300_000);
    stream.end(long);
    assert.equal((await text(stream)).length, long.length);
  });

  it("that can't be reached is an error with ssh's own words, at once", async () => {
    ssh.behave({
      instead: `echo x >>"${join(ssh.sockets, "../logins")}"; echo "Host key verification failed." >&2; exit 255`,
    });
    const docker = engine();
    const failure: unknown = await docker.ping().catch((error: unknown) => error);
    const said = `the engine at ssh://deploy@host${hosts}.example:2222 can't be reached: Host key verification failed.`;
    assert.ok(failure instanceof Error);
    assert.equal(failure.message, said);
    assert.equal(engineFailure(failure), `the Docker engine doesn't answer: ${said}`);
    assert.equal(ssh.logins.length, 1);
  });

  // The background program holds stderr open: code that waits for its end waits 8 s.
  const holding = `sleep 8 </dev/null >/dev/null & echo "Permission denied (publickey)." >&2; exit 255`;
  for (const [what, attempt] of [
    [
      "login",
      () => new SharedLogin("ssh://held.example", 1, ssh.sockets).start(() => Promise.resolve(false)),
    ],
    ["session", () => SshSession.start([], "ssh://held.example")],
  ] as const)
    it(`ends its ${what} with ssh, even where a program in the background holds ssh's error output`, async () => {
      ssh.behave({ instead: holding });
      const began = Date.now();
      await assert.rejects(attempt(), {
        message: "the engine at ssh://held.example can't be reached: Permission denied (publickey).",
      });
      const took = Date.now() - began;
      assert.ok(took < 6000, `${took} ms`);
    });

  it("without an ssh program is an error that says so", async () => {
    ssh.behave();
    await ssh.without(() => assert.rejects(engine().ping(), /ssh didn't start: spawn ssh ENOENT/));
  });

  it("is named to ssh as its address names it, and never taken for an option", () => {
    const named = (address: string) => {
      const words = sessionArguments(address);
      return words.slice(words.indexOf("ServerAliveCountMax=3") + 1, -3);
    };
    assert.deepEqual(named("ssh://deploy@host.example:2222"), [
      "-l",
      "deploy",
      "-p",
      "2222",
      "--",
      "host.example",
    ]);
    assert.deepEqual(named("ssh://alias"), ["--", "alias"]);
    assert.deepEqual(named("ssh://[::1]:22"), ["-p", "22", "--", "::1"]);
    assert.deepEqual(sessionArguments("ssh://alias").slice(-3), ["docker", "system", "dial-stdio"]);
  });

  it("has what DOCKER_SSH_OPTS says, as the provider has it", () => {
    process.env["DOCKER_SSH_OPTS"] = " -i  /key";
    try {
      const words = sessionArguments("ssh://alias");
      assert.deepEqual(words.slice(words.indexOf("-i"), words.indexOf("--")), ["-i", "/key"]);
    } finally {
      delete process.env["DOCKER_SSH_OPTS"];
    }
  });
});
