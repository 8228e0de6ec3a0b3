import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { readinessCheck } from "../../../release/readiness.ts";

const proxies = Object.fromEntries(
  ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map((name) => [name, "http://127.0.0.1:9"]),
);

/** The path of a program of this machine: the system's own, which needs no other, before those of version managers. */
function programPath(name: string): string | undefined {
  const folders = ["/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

// The local images have BusyBox: with it the integration tests check every backend's health.
for (const [kind, program] of [
  ["spring", "curl"],
  ["spring", "wget"],
  ...["curl", "wget", "node", "python3"].map((each) => ["plain", each] as const),
] as const) {
  const path = programPath(program);
  (path === undefined ? describe.skip : describe)(`a ${kind} backend's health check by ${program}`, () => {
    let folder: string;
    let server: Server;
    let answer: { status: number; body: string; location?: string };

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "webnet-readiness-"));
      symlinkSync(path ?? "", join(folder, program));
      server = createServer((_request, response) => {
        const { status, body, location } = answer;
        response.writeHead(status, location === undefined ? {} : { location }).end(body);
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
    });

    after(() => {
      server.close();
      rmSync(folder, { recursive: true });
    });

    const check = async (port = (server.address() as AddressInfo).port) => {
      const [command = "", ...args] = readinessCheck({
        kind,
        url: `http://127.0.0.1:${port}/readiness`,
        timeoutSeconds: 5,
      });
      assert.equal(command, "sh");
      const child = spawn("/bin/sh", args, { env: { PATH: folder, ...proxies } });
      const [stdout] = await Promise.all([text(child.stdout), once(child, "exit")]);
      return { code: child.exitCode, stdout };
    };

    it("passes by 200, whatever proxy the environment names", async () => {
      answer = { status: 200, body: '{"status":"UP"}' };
      const { code, stdout } = await check();
      assert.equal(code, 0, stdout);
      assert.match(stdout, /^\s*HTTP\/1.1 200 OK[^]*\{"status":"UP"\}/);
    });

    for (const [status, body] of [
      [503, '{"status":"OUT_OF_SERVICE"}'],
      [404, "no such address\n"],
      [500, "x".repeat(100_000)],
    ] as const) {
      it(`fails by ${status}, and shows it first and the answer after it`, async () => {
        answer = { status, body };
        const { code, stdout } = await check();
        assert.notEqual(code, 0);
        assert.match(stdout, new RegExp(`^\\s*HTTP/1.1 ${status} `));
        assert.ok(stdout.includes(body.trim()), stdout);
      });
    }

    for (const [status, location] of [
      [401, undefined],
      [302, "http://127.0.0.1:9/login"],
    ] as const) {
      it(`takes ${status}, by which a login is asked for, for no readiness`, async () => {
        answer = { status, body: "200", ...(location !== undefined && { location }) };
        const { code, stdout } = await check();
        assert.notEqual(code, 0);
        assert.match(stdout, new RegExp(`^\\s*HTTP/1.1 ${status} `));
      });
    }

    it("says why there was no answer", async () => {
      const { code, stdout } = await check(9);
      assert.notEqual(code, 0);
      assert.match(stdout, /refused|connect/i);
    });
  });
}

describe("a plain backend's health check", () => {
  const empty = mkdtempSync(join(tmpdir(), "webnet-readiness-"));
  after(() => {
    rmSync(empty, { recursive: true });
  });

  it("says what the image lacks", async () => {
    const [, ...args] = readinessCheck({
      kind: "plain",
      url: "http://127.0.0.1:9/health",
      timeoutSeconds: 5,
    });
    const child = spawn("/bin/sh", args, { env: { PATH: empty } });
    const [stdout] = await Promise.all([text(child.stdout), once(child, "exit")]);
    assert.equal(child.exitCode, 1);
    assert.equal(
      stdout,
      "the image has none of curl, wget, node and python3, by which its health could be asked\n",
    );
  });

  it("ends by itself where there is no answer in time", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      for (const program of ["node", "python3"]) {
        const path = programPath(program);
        if (path === undefined) continue;
        const folder = mkdtempSync(join(empty, "bin-"));
        symlinkSync(path, join(folder, program));
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
        const [, ...args] = readinessCheck({ kind: "plain", url, timeoutSeconds: 1 });
        const child = spawn("/bin/sh", args, { env: { PATH: folder } });
        const [stdout] = await Promise.all([text(child.stdout), once(child, "exit")]);
        assert.equal(child.exitCode, 1, program);
        assert.match(stdout, /no answer in time|timed out/);
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }).timeout(60_000);
});
