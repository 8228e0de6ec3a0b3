import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PeerCertificate } from "node:tls";
import { Authority } from "../../dev/platform/authority.ts";
import { TestPlatform, type Step } from "../../dev/platform/platform.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { execIn } from "../../engine/exec.ts";
import { edgeContainerName, stackPrefix } from "../../workload/names.ts";
import { itLong } from "./support/length.ts";
import { startOps } from "./support/ops.ts";
import { Pebble } from "./support/pebble.ts";
import { otherCertificate, servedCertificate } from "./support/served-certificate.ts";
import { servingContainer, shortKinds, withoutLoss } from "./support/serving.ts";

const host = "shop.example.com";
const alias = "www.shop.example.com";

describe("certificates by ACME", function () {
  this.timeout("15m");
  const authority = new Authority();
  let platform: TestPlatform;
  let directory: string;
  let port: number;
  let pebble: Pebble;
  let network: string;

  before(async () => {
    platform = await TestPlatform.create("acme");
    network = `webnet-${platform.name}`;
    await removeFormerNetworks();
    await platform.docker.createNetwork({ Name: network });
    directory = mkdtempSync(join(tmpdir(), "webnet-acme-"));
    port = await freePort();
    const name = `pebble-${platform.name}`;
    pebble = await Pebble.start(platform.docker, { name, network, authority });
    writeFileSync(join(directory, "authority.pem"), authority.root);
    await platform.set({
      domain: host,
      "network.adopt": "true",
      "gateway.aliases[0]": alias,
      "gateway.tls.certificate": "acme",
      "gateway.tls.acme.email": "ops@example.com",
      "gateway.tls.acme.directory": Pebble.directory(name),
      "gateway.tls.acme.authorityFile": join(directory, "authority.pem"),
      "gateway.tls.httpsPort": String(port),
    });
  });

  after(async () => {
    await pebble.remove();
    await platform.remove();
    await platform.docker.getNetwork(network).remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const inWords = (steps: readonly Step[]) => steps.map(({ op, name }) => `${op} ${name}`);
  const certbot = () => platform.docker.getContainer(`${stackPrefix(platform.name)}-certbot`);

  /** Removes networks that interrupted runs left. One that is in use stays. */
  async function removeFormerNetworks(): Promise<void> {
    const listed = await platform.docker.listNetworks({ filters: { name: ["webnet-test-acme-"] } });
    for (const { Id } of listed)
      await platform.docker
        .getNetwork(Id)
        .remove()
        .catch(() => undefined);
  }

  const served = () => servedCertificate(port, host);
  const other = (than: PeerCertificate) => otherCertificate(port, host, than);

  /** Runs an operator's command. */
  async function ops(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
    return await startOps(platform, ...args).ended;
  }

  /** Runs a shell script in certbot's container. */
  async function inCertbot(script: string): Promise<void> {
    const { exitCode, stderr } = await execIn(certbot(), ["sh", "-ec", script]);
    assert.equal(exitCode, 0, stderr);
  }

  /** Has the authority find the names at the edge as soon as there is one. */
  async function leadNames(): Promise<void> {
    for (;;) {
      const edge = platform.docker.getContainer(edgeContainerName(stackPrefix(platform.name)));
      const found = await edge.inspect().catch(() => undefined);
      const address = found?.NetworkSettings.Networks[network]?.IPAddress;
      if (address !== undefined && address !== "") {
        await pebble.resolveTo(address);
        return;
      }
      await sleep(200);
    }
  }

  it("come with the first update, for every name", async () => {
    await Promise.all([platform.up(), leadNames()]);
    const { issuer, subjectaltname } = await served();
    assert.match(String(issuer.CN), /Pebble Intermediate/);
    assert.equal(subjectaltname, `DNS:${host}, DNS:${alias}`);
    platform.url = `https://127.0.0.1:${port}`;
    assert.deepEqual(inWords(await platform.up()), []);
    const { exitCode, output } = await ops("cert", "status");
    assert.equal(exitCode, 0, output);
    assert.match(output, /certificate for shop\.example\.com, www\.shop\.example\.com, from CN=Pebble/);
  });

  it("are renewed when the authority says so, under load and without losing a request", async () => {
    const serving = await servingContainer(platform);
    const before = await served();
    const chain = await execIn(await platform.gateway(), [
      "cat",
      "/etc/webnet/gateway/certificates/current/chain.pem",
    ]);
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("due");
        await pebble.suggestRenewal(chain.stdout);
        const { exitCode, output } = await ops("cert", "issue");
        assert.equal(exitCode, 0, output);
        const after = await other(before);
        traffic.mark("not due");
        assert.equal((await ops("cert", "issue")).exitCode, 0);
        assert.equal((await served()).serialNumber, after.serialNumber);
        traffic.mark("ordered in any case");
        assert.equal((await ops("cert", "renew", "--yes")).exitCode, 0);
        await other(after);
        traffic.mark("switch");
        await platform.set({ activeColor: "green" });
        assert.deepEqual(inWords(await platform.up()), ["update gateway-route"]);
      },
      { host, authority: await pebble.root(), kinds: shortKinds },
    );
    await platform.set({ activeColor: "blue" });
    await platform.up();
    assert.equal(await servingContainer(platform), serving);
  });

  itLong("stay as they are when an order fails, which the update tells and does not fail by", async () => {
    const before = await served();
    // The authority refuses this name.
    await platform.set({ "gateway.aliases[1]": "blocked.example.com" });
    const { stdout } = await platform.stack.up();
    assert.match(stdout, /warning: the authority's certificate does not serve yet[^]*blocked\.example\.com/);
    assert.equal((await served()).serialNumber, before.serialNumber);
    const { exitCode, output } = await ops("cert", "status");
    assert.equal(exitCode, 1);
    assert.match(output, /it is not for blocked\.example\.com/);
    assert.match(output, /the last one failed \(1 in a row\):[^]*blocked/);
    const rehearsal = await ops("cert", "renew", "--dry-run");
    assert.equal(rehearsal.exitCode, 1);
    assert.match(rehearsal.output, /an order would fail:[^]*blocked\.example\.com/);
    await platform.unset("gateway.aliases[1]");
    await platform.up();
    assert.equal((await ops("cert", "status")).exitCode, 0);
    assert.equal((await served()).serialNumber, before.serialNumber);
    assert.match((await ops("cert", "renew", "--dry-run")).output, /An order would go through/);
  });

  itLong(
    "are never installed if they can't serve: another's key, another time, or a file that nginx refuses",
    async () => {
      const before = await served();
      const live = "cd /var/lib/webnet-certbot/certbot/live/webnet-*";
      const stranger = authority.issue({ names: [host, alias] });
      const early = authority.issue({ names: [host, alias], days: [1, 90] });
      const cases: [files: Record<string, string>, words: RegExp][] = [
        [{ "privkey.pem": stranger.key }, /the key is not the certificate's/],
        [
          { "fullchain.pem": early.chain, "privkey.pem": early.key },
          /not valid before .*this machine's clock says/,
        ],
      ];
      await inCertbot(
        `${live}; mkdir /tmp/kept; cat fullchain.pem > /tmp/kept/fullchain.pem; cat privkey.pem > /tmp/kept/privkey.pem`,
      );
      for (const [files, words] of cases) {
        for (const [name, text] of Object.entries(files))
          await inCertbot(`${live}; cat > ${name} <<'END'\n${text}END`);
        const { exitCode, output } = await ops("cert", "status");
        assert.equal(exitCode, 1, output);
        assert.match(output, words);
        await inCertbot(
          `${live}; for file in fullchain.pem privkey.pem; do cat /tmp/kept/$file > $file; done`,
        );
      }
      // Whatever came to be offered past those checks.
      const digest = "0123456789abcdef";
      const gateway = await platform.gateway();
      const refused = "/etc/webnet/gateway/certificates/refused";
      for (let left = 30; left > 0; left -= 1) {
        // certbot's own program puts its offer right again every 15 s.
        await inCertbot(
          `cd /srv/acme/offers; mkdir -p ${digest}; [ "$(readlink current)" = ${digest} ] || cat current/chain.pem > ${digest}/chain.pem; cat > ${digest}/key.pem <<'END'\n${stranger.key}END\n` +
            `ln -sfn ${digest} next; mv -T next current`,
        );
        const { stdout } = await execIn(gateway, ["cat", refused]);
        if (stdout.includes("nginx refuses it")) break;
        assert.notEqual(
          left,
          1,
          `nothing was refused: ${String(await gateway.logs({ stdout: true, stderr: true, tail: 20 }))}`,
        );
        await sleep(1000);
      }
      assert.equal((await served()).serialNumber, before.serialNumber);
      assert.deepEqual(inWords(await platform.up()), []);
    },
  );

  itLong("come from a new account where the authority has forgotten the former one", async () => {
    const before = await served();
    await pebble.restart();
    await leadNames();
    const { exitCode, output } = await ops("cert", "renew", "--yes");
    assert.equal(exitCode, 0, output);
    await other(before);
    assert.equal((await ops("cert", "status")).exitCode, 0);
  });

  itLong("come again where an order was torn, as by a kill or a full disk, under the same name", async () => {
    const before = await served();
    // certbot begins with an empty file, and ends with its content.
    await inCertbot(
      "cd /var/lib/webnet-certbot/certbot; conf=$(echo renewal/*.conf); rm -rf live/webnet-* archive; : > $conf",
    );
    const { exitCode, output } = await ops("cert", "issue");
    assert.equal(exitCode, 0, output);
    await other(before);
    await inCertbot(
      'cd /var/lib/webnet-certbot/certbot/live; [ "$(echo webnet-*)" = "$(echo webnet-????????)" ]',
    );
  });

  itLong(
    "are renewed where the clock was once years ahead, and by a new order if somebody asks for one",
    async () => {
      const before = await served();
      await inCertbot(
        `cd /var/lib/webnet-certbot; sed -i -E 's/"(at|next)": [0-9.]+/"\\1": 2000000000/g' status.json; cat status.json`,
      );
      assert.doesNotMatch((await ops("cert", "status")).output, /2033/);
      assert.equal((await ops("cert", "renew", "--yes")).exitCode, 0);
      await other(before);
    },
  );

  itLong("fall back to a pair that nginx can load where a power cut left an empty one", async () => {
    const before = await served();
    const gateway = await platform.gateway();
    const empty =
      "cd /etc/webnet/gateway/certificates/current/ && chmod u+w *.pem && : > chain.pem && : > key.pem";
    const { exitCode, stderr } = await execIn(gateway, ["sh", "-ec", empty]);
    assert.equal(exitCode, 0, stderr);
    await gateway.kill();
    await gateway.start();
    // certbot's offer is still there, and is taken again.
    const deadline = Date.now() + 60_000;
    for (;;) {
      const now = await served().catch(() => undefined);
      if (now?.serialNumber === before.serialNumber) break;
      assert.ok(Date.now() < deadline, `the certificate did not come back: ${JSON.stringify(now?.subject)}`);
      await sleep(500);
    }
    assert.equal((await ops("cert", "status")).exitCode, 0);
  });

  itLong("stay when the platform goes, and serve from its next start on", async () => {
    const before = await served();
    await platform.stack.destroy();
    await platform.up();
    assert.equal((await served()).serialNumber, before.serialNumber);
    assert.doesNotMatch(await platform.stateFile(), /PRIVATE KEY/);
  });

  itLong("end with another source, which certbot does not overrule", async () => {
    await platform.unset("gateway.tls.acme");
    await platform.set({ "gateway.tls.certificate": "self-signed" });
    await platform.up();
    const { issuer } = await served();
    assert.equal(issuer.CN, "webnet self-signed");
    await assert.rejects(certbot().inspect());
    assert.deepEqual(inWords(await platform.up()), []);
  });
});
