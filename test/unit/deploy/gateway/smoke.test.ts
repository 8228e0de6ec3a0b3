import assert from "node:assert/strict";
import { smokeCheck, type SmokeCheck } from "../../../../deploy/gateway/smoke.ts";
import { FakeContainer } from "../../support/fake-container.ts";

const token = "Secret0Mark";
const check: SmokeCheck = {
  host: "www.example.com",
  paths: ["/api/ready", "/"],
  attempts: 1,
  timeoutSeconds: 4,
};
const good = "200 http://127.0.0.1:80/api/ready\n204 http://127.0.0.1:80/\n";

const publicTransfer = (path: string) =>
  [
    `url = "http://127.0.0.1:80${path}"`,
    'header = "Host: www.example.com"',
    'user-agent = "webnet-smoke-check"',
    "max-time = 4",
    "silent",
    "show-error",
    "fail",
    'output = "/dev/null"',
    'write-out = "%{http_code} %{url}\\n"',
  ].join("\n");

describe("a smoke check", () => {
  it("asks every path, with everything on curl's standard input", async () => {
    const gateway = new FakeContainer(() => ({ stdout: good }));
    await smokeCheck(gateway.container, check);
    assert.deepEqual(gateway.calls, [
      {
        argv: ["curl", "--fail-early", "--config", "-"],
        stdin: check.paths.map(publicTransfer).join("\nnext\n"),
      },
    ]);
  });

  it("by the guarded route names the release and shows the token, on standard input alone", async () => {
    const gateway = new FakeContainer(() => ({ stdout: good }));
    await smokeCheck(gateway.container, { ...check, guard: { release: "green-00000002", token } });
    const [call] = gateway.calls;
    const transfers = call?.stdin.split("\nnext\n") ?? [];
    assert.equal(transfers.length, 2);
    for (const transfer of transfers) {
      assert.ok(transfer.includes('header = "X-Webnet-Release: green-00000002"\n'));
      assert.ok(transfer.includes(`header = "X-Webnet-Token: ${token}"\n`));
    }
    assert.ok(!JSON.stringify(call?.argv).includes(token));
  });

  it("asks as often as it is told", async () => {
    const gateway = new FakeContainer(() => ({ stdout: good.repeat(3) }));
    await smokeCheck(gateway.container, { ...check, attempts: 3 });
    const [call] = gateway.calls;
    const round = check.paths.map(publicTransfer);
    assert.deepEqual(call?.stdin.split("\nnext\n"), [...round, ...round, ...round]);
  });

  it("ends with the first answer that isn't good", async () => {
    const gateway = new FakeContainer(() => ({ exitCode: 22, stdout: good + good.replace("204", "500") }));
    await assert.rejects(smokeCheck(gateway.container, { ...check, attempts: 3 }), {
      message:
        "smoke check by the public route failed in round 2 of 3: status and URL: 500 http://127.0.0.1:80/.",
    });
  });

  it("says why there is no answer", async () => {
    const gateway = new FakeContainer(() => ({
      exitCode: 28,
      stdout: "000 http://127.0.0.1:80/api/ready\n200 http://127.0.0.1:80/\n",
      stderr: "curl: (28) Operation timed out\n",
    }));
    const guard = { release: "green-00000002", token };
    await assert.rejects(smokeCheck(gateway.container, { ...check, guard }), {
      message:
        "smoke check by the guarded route failed in round 1 of 1: " +
        "status and URL: 000 http://127.0.0.1:80/api/ready. curl: (28) Operation timed out",
    });
  });

  for (const status of ["199", "301", "404", "503"]) {
    it(`takes ${status} for a failure`, async () => {
      const gateway = new FakeContainer(() => ({ stdout: good.replace("200", status) }));
      await assert.rejects(smokeCheck(gateway.container, check), new RegExp(`status and URL: ${status} `));
    });
  }

  it("takes an answer too few for a failure", async () => {
    const gateway = new FakeContainer(() => ({ stdout: "200 http://127.0.0.1:80/\n" }));
    await assert.rejects(smokeCheck(gateway.container, check), /failed in round 1 of 1: no answer\./);
  });

  it("takes silence for a failure", async () => {
    const gateway = new FakeContainer(() => ({ exitCode: 127, stderr: "curl: not found" }));
    await assert.rejects(smokeCheck(gateway.container, check), /curl: not found/);
  });
});
