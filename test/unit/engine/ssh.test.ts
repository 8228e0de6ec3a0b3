import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connectEngine } from "../../../engine/client.ts";
import { sshArguments } from "../../../engine/ssh.ts";

describe("an engine by ssh", () => {
  const path = process.env["PATH"] ?? "";
  let folder: string;
  let server: Server;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "webnet-ssh-"));
    process.env["PATH"] = `${folder}:${path}`;
    server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ asked: request.url }));
    });
    // As the engine does it for a command with input: the connection goes on as a stream of its own.
    server.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => {
      server.listen(join(folder, "engine"), resolve);
    });
  });

  after(async () => {
    process.env["PATH"] = path;
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const sshThat = (does: string): void => {
    writeFileSync(join(folder, "ssh"), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  };
  const sshThatReaches = (): void => {
    const script =
      "const s = require('net').connect(process.argv[1]); process.stdin.pipe(s); s.pipe(process.stdout)";
    sshThat(`exec "${process.execPath}" -e "${script}" "${join(folder, "engine")}"`);
  };

  it("is asked over the ssh program", async () => {
    sshThatReaches();
    const docker = connectEngine("ssh://deploy@host.example:2222");
    const answer = await docker.getContainer("a").inspect();
    assert.deepEqual(answer, { asked: "/containers/a/json" });
  });

  it("takes the input of a command, and gives its output", async () => {
    sshThatReaches();
    const exec = connectEngine("ssh://host.example").getExec("e");
    const stream = await exec.start({ hijack: true, stdin: true });
    const long = "x".repeat(300_000);
    stream.end(long);
    assert.equal((await text(stream)).length, long.length);
  });

  it("that can't be reached is an error with ssh's own words", async () => {
    sshThat('echo "Host key verification failed." >&2; exit 255');
    await assert.rejects(connectEngine("ssh://host.example").ping(), {
      message: "the engine at ssh://host.example can't be reached: Host key verification failed.",
    });
  });

  it("without an ssh program is an error that says so", async () => {
    rmSync(join(folder, "ssh"));
    process.env["PATH"] = folder;
    try {
      await assert.rejects(connectEngine("ssh://host.example").ping(), /ssh didn't start: spawn ssh ENOENT/);
    } finally {
      process.env["PATH"] = `${folder}:${path}`;
    }
  });

  it("is named to ssh as its address names it, and never taken for an option", () => {
    const named = (address: string) => sshArguments(address).slice(5, -3);
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
    assert.deepEqual(sshArguments("ssh://alias").slice(-3), ["docker", "system", "dial-stdio"]);
  });
});
