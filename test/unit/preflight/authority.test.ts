import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeeperStatus } from "../../../certificate/keeper.ts";
import { Authority } from "../../../dev/platform/authority.ts";
import { askKeeper, inspectAuthority } from "../../../preflight/authority.ts";
import { fakeDocker } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const domain = "www.example.com";

describe("certificates by ACME", () => {
  let directory: string;
  const ask = (changes: Record<string, unknown> = {}, status?: KeeperStatus) => {
    const byAcme = { domain, "gateway.tls.certificate": "acme", ...changes };
    const now = new Date("2026-12-01");
    return inspectAuthority(platformWith(byAcme).settings, "prod", () => Promise.resolve(status), now);
  };

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "webnet-authority-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it("need the port that Let's Encrypt asks on", async () => {
    assert.deepEqual(await ask(), { problems: [], warnings: [] });
    const [warning = ""] = (await ask({ "gateway.httpPort": 8080 })).warnings;
    assert.match(warning, /asks on port 80, and webnet:gateway\.httpPort is 8080/);
    const own = { "gateway.httpPort": 8080, "gateway.tls.acme.directory": "https://ca.example.com/dir" };
    assert.deepEqual(await ask(own), { problems: [], warnings: [] });
    const byDns = {
      "images.certbot": "certbot/dns-route53:v5.5.0",
      "gateway.tls.acme.dns.plugin": "route53",
    };
    assert.deepEqual(await ask({ "gateway.httpPort": 8080, ...byDns }), { problems: [], warnings: [] });
  });

  it("need a private authority's own certificate, where the settings name its file", async () => {
    const authorityFile = (name: string) => ask({ "gateway.tls.acme.authorityFile": join(directory, name) });
    writeFileSync(join(directory, "root.pem"), new Authority().root);
    assert.deepEqual((await authorityFile("root.pem")).problems, []);
    writeFileSync(join(directory, "empty.pem"), "");
    for (const [name, what] of [
      ["none.pem", /ENOENT/],
      ["empty.pem", /no PEM certificate/],
    ] as const) {
      const [problem] = (await authorityFile(name)).problems;
      assert.equal(problem?.at, "webnet:gateway.tls.acme.authorityFile");
      assert.match(problem.what, what);
    }
  });

  it("that don't come any more are what each preview says, with the time that is left", async () => {
    const status = {
      hosts: [domain],
      directory: "",
      failures: 3,
      problem: "Some challenges have failed.\nDetail: no route",
      certificate: { to: "2026-12-11T12:00:00Z" },
    };
    assert.deepEqual((await ask({}, status)).warnings, [
      "The last 3 attempts to get a certificate failed, and the present one ends in 10 days: Some challenges have failed. npm run ops -- cert status --stack prod",
    ]);
    assert.deepEqual((await ask({}, { ...status, failures: 2 })).warnings, []);
    const { certificate, ...none } = status;
    assert.match((await ask({}, none)).warnings.join(), /and there is none yet/);
    assert.ok(certificate);
  });

  it("are asked for only where certbot runs, and never keep an update from its work", async () => {
    const name = "webnet-prod-certbot";
    const { docker } = fakeDocker({ containers: [] });
    assert.equal(await askKeeper(docker, "prod", []), undefined);
    const listed = { Names: [`/${name}`], State: "running" } as never;
    assert.equal(await askKeeper(docker, "prod", [listed]), undefined);
  });
});
