import assert from "node:assert/strict";
import { smokeCheck, type SmokeCheck } from "../../../gateway/smoke.ts";
import { FakeContainer, type Call } from "../support/fake-container.ts";

const token = "Secret0Mark";
const release = "green-00000002";
const check: SmokeCheck = {
  host: "www.example.com",
  smoke: { checks: [{ path: "/api/ready" }, { path: "/" }], attempts: 1, timeoutSeconds: 4 },
  route: "public",
  release,
  token,
};

interface Told {
  status?: number;
  seconds?: number;
  release?: string;
  error?: string;
  body?: string;
}

/** What the command prints for answers, with the mark from its script. */
function printed({ argv }: Call, answers: readonly Told[], noise = "") {
  const mark = /^ {2}echo (\w+)$/m.exec(argv[2] ?? "")?.[1] ?? "";
  const records = answers.map(
    ({ status = 200, seconds = 0.01, release: from = release, error = "" }) =>
      `${mark} ${status} ${seconds} =${from} ${error}\n`,
  );
  return {
    stdout: answers.map(({ body = "ok" }) => `${body}${mark}\n`).join(""),
    stderr: noise + records.join(""),
  };
}

const answering = (answers: readonly Told[], noise?: string) =>
  new FakeContainer((call) => printed(call, answers, noise));

/** The configurations that curl gets, one for each request. */
function requests({ calls }: FakeContainer): string[] {
  const lines = calls[0]?.stdin.trimEnd().split("\n") ?? [];
  return lines.map((line) => line.replaceAll(/\\(\\|n)/g, (_, code) => (code === "n" ? "\n" : "\\")));
}

describe("a smoke check", () => {
  it("asks every path as often as it is told, in one command", async () => {
    const gateway = answering(Array.from({ length: 6 }, () => ({})));
    await smokeCheck(gateway.exec, { ...check, smoke: { ...check.smoke, attempts: 3 } });
    assert.equal(gateway.calls.length, 1);
    const urls = requests(gateway).map((request) => request.split("\n")[0]);
    const round = ['url = "http://127.0.0.1:80/api/ready"', 'url = "http://127.0.0.1:80/"'];
    assert.deepEqual(urls, [...round, ...round, ...round]);
    for (const request of requests(gateway)) {
      assert.match(request, /^header = "Host: www\.example\.com"$/m);
      assert.match(request, /^max-time = 4$/m);
      assert.match(request, /^write-out = "%\{stderr\}\w+ .*\\n"$/m);
    }
  });

  it("asks a release with one part nothing that the other part would answer", async () => {
    const smoke = { ...check.smoke, alone: { green: [{ path: "/up" }] } };
    const asked = async (of: string) => {
      const gateway = answering([{ release: of }, { release: of }]);
      await smokeCheck(gateway.exec, { ...check, release: of, smoke });
      return requests(gateway).map((request) => /127\.0\.0\.1:80(.*)"/.exec(request)?.[1]);
    };
    assert.deepEqual(await asked(release), ["/up"]);
    assert.deepEqual(await asked("blue-00000001"), ["/api/ready", "/"]);
  });

  it("by the guarded route names the release; by the public one it only has itself told who answers", async () => {
    const guarded = answering([{}, {}]);
    await smokeCheck(guarded.exec, { ...check, route: "guarded" });
    for (const request of requests(guarded))
      assert.match(request, /^header = "X-Webnet-Release: green-00000002"$/m);
    const open = answering([{}, {}]);
    await smokeCheck(open.exec, check);
    for (const request of requests(open)) assert.doesNotMatch(request, /X-Webnet-Release:/);
    for (const request of [...requests(guarded), ...requests(open)])
      assert.match(request, /^header = "X-Webnet-Token: Secret0Mark"$/m);
  });

  it("shows the token on standard input alone", async () => {
    const gateway = answering([{}, {}]);
    await smokeCheck(gateway.exec, check);
    assert.ok(!JSON.stringify(gateway.calls[0]?.argv).includes(token));
  });

  it("lets curl go on after a bad status only where that is expected", async () => {
    const gateway = answering([{ status: 404 }, {}]);
    const checks = [{ path: "/none", status: 404 }, { path: "/" }];
    await smokeCheck(gateway.exec, { ...check, smoke: { ...check.smoke, checks } });
    assert.deepEqual(
      requests(gateway).map((request) => request.includes("\nfail-with-body\n")),
      [false, true],
    );
  });

  it("says which request of which round failed", async () => {
    const gateway = answering([{}, {}, {}, { status: 500, error: "The requested URL returned error: 500" }]);
    await assert.rejects(smokeCheck(gateway.exec, { ...check, smoke: { ...check.smoke, attempts: 3 } }), {
      message:
        "smoke check by the public route failed in round 2 of 3: / of green-00000002: " +
        "expected a status from 200 to 299, got status 500 after 10 ms from green-00000002; its body begins: ok",
    });
  });

  it("takes an answer too few for a failure", async () => {
    await assert.rejects(smokeCheck(answering([{}]).exec, check), /round 1 of 1: \/ of .*: got no answer\.$/);
  });

  it("says what else was printed where nothing came", async () => {
    const gateway = new FakeContainer(() => ({ stderr: "sh: curl: not found\n" }));
    await assert.rejects(smokeCheck(gateway.exec, check), /got no answer\. sh: curl: not found$/);
  });

  it("by the public route waits for the old workers to stop accepting", async () => {
    let asked = 0;
    const gateway = new FakeContainer((call) =>
      printed(call, (asked += 1) < 3 ? [{ release: "blue-00000001" }, {}] : [{}, {}]),
    );
    await smokeCheck(gateway.exec, check);
    assert.equal(asked, 3);
  });

  it("by the guarded route doesn't wait", async () => {
    const gateway = answering([{ release: "blue-00000001" }, {}]);
    await assert.rejects(
      smokeCheck(gateway.exec, { ...check, route: "guarded" }),
      /expected an answer from green-00000002, got status 200 after 10 ms from blue-00000001;/,
    );
    assert.equal(gateway.calls.length, 1);
  });

  it("lets the first of several rounds be slow, and no other", async () => {
    const checks = [{ path: "/", withinMilliseconds: 100 }];
    const slow = { seconds: 0.2 };
    const twice = { ...check, smoke: { ...check.smoke, checks, attempts: 2 } };
    await smokeCheck(answering([slow, {}]).exec, twice);
    await assert.rejects(smokeCheck(answering([{}, slow]).exec, twice), /round 2 of 2: .*within 100 ms, got/);
    const once = { ...check, smoke: { ...check.smoke, checks } };
    await assert.rejects(smokeCheck(answering([slow]).exec, once), /round 1 of 1: .*within 100 ms, got/);
  });
});
