import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:tls";
import { auditByCis } from "../../dev/audit/audit.ts";
import { askAll } from "../../dev/audit/ask.ts";
import { auditByGixy } from "../../dev/audit/gixy.ts";
import { judgeHeaders } from "../../dev/audit/headers.ts";
import { bringAudited, type Audited } from "../../dev/audit/platform.ts";
import { bringPythonTools } from "../../dev/audit/tools.ts";

describe("a whole platform, by what auditors look at", function () {
  this.timeout("10m");
  let audited: Audited;

  before(async () => {
    [audited] = await Promise.all([bringAudited(), bringPythonTools({ print: () => undefined })]);
  });

  after(() => audited.remove());

  it("has no container with a finding of the CIS benchmark, short-lived ones included", async () => {
    const { findings, result } = await auditByCis(audited);
    assert.deepEqual(findings, []);
    // Its own containers, and steps that fill volumes.
    assert.match(result, /; 9 run, [1-9]\d short-lived$/);
  });

  it("answers with OWASP's secure headers, errors and redirects included", async () => {
    assert.deepEqual(judgeHeaders(await askAll(audited.site)).findings, []);
  });

  it("speaks TLS by the hybrid curve where a client knows no other", async () => {
    const { host, httpsPort: port, authority: ca } = audited.site;
    const socket = connect({ port, servername: host, ca, ecdhCurve: "X25519MLKEM768" });
    await once(socket, "secureConnect");
    assert.equal(socket.getProtocol(), "TLSv1.3");
    socket.destroy();
  });

  it("has a configuration of nginx in which gixy finds nothing", async () => {
    assert.deepEqual((await auditByGixy()).findings, []);
  });

  it("has a bound of processes on every container, which a second update leaves as it is", async () => {
    const { platform } = audited;
    const before = await platform.containers();
    const { docker } = platform;
    const limits = async () =>
      await Promise.all(
        [...before.values()].map(
          async (id) => (await docker.getContainer(id).inspect()).HostConfig.PidsLimit ?? 0,
        ),
      );
    assert.ok((await limits()).every((limit) => limit >= 512));
    assert.deepEqual(await platform.up(), []);
    assert.deepEqual(await platform.containers(), before);
  });

  it("refuses in a preview what the policy forbids, and touches nothing", async () => {
    const { platform } = audited;
    await platform.set({ "monitoring.bindAddress": "0.0.0.0" });
    const before = await platform.containers();
    await assert.rejects(platform.preview(), /it breaks the rule monitoring-not-public of the policy/);
    assert.match(await platform.failingUp(), /nothing was touched:\s+webnet:monitoring\.bindAddress/);
    assert.deepEqual(await platform.containers(), before);
    await platform.set({
      "policy.exceptions.monitoring-not-public": "tried by a test, and put back at once",
    });
    assert.ok((await platform.preview()).length > 0);
    await platform.set({ "monitoring.bindAddress": "127.0.0.1" });
    const { stdout } = await platform.stack.preview();
    assert.match(stdout, /nothing breaks the policy's rule monitoring-not-public/);
    await platform.unset("policy");
  });
});
