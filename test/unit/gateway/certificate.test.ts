import assert from "node:assert/strict";
import { pairDigest } from "../../../certificate/pair.ts";
import { selfSigned } from "../../../certificate/self-signed.ts";
import { installPair, serveInstalled } from "../../../gateway/certificate.ts";
import { GatewayContainer } from "../../../gateway/gateway.ts";
import { FakeContainer, type Call } from "../support/fake-container.ts";

/** An nginx with a served pair, which takes another one or not. */
class FakeNginx {
  /** Where the link in the shared directory leads. */
  readonly shared: { link: string };
  served: string;
  refuses = false;
  /** Pairs that a reload doesn't bring. */
  deaf: readonly string[] = [];
  speaksTls = true;
  readonly container = new FakeContainer((call) => this.#answer(call));
  readonly gateway = new GatewayContainer(this.container.container);

  constructor(shared: { link: string }) {
    this.shared = shared;
    this.served = shared.link;
  }

  #answer({ argv }: Call): { exitCode?: number; stdout?: string; stderr?: string } {
    const line = argv.join(" ");
    if (argv[0] === "readlink") return { stdout: `${this.shared.link}\n` };
    if (argv[0] === "grep") return { exitCode: this.speaksTls ? 0 : 1 };
    if (argv[0] === "curl") return { stdout: `${this.served}\n` };
    if (line.includes("nginx -t")) return this.refuses ? { exitCode: 1, stderr: "bad end line" } : {};
    const [, target] = /ln -sfn ([0-9a-f]{16}) /.exec(line) ?? [];
    if (target !== undefined) this.shared.link = target;
    if (line.includes("nginx -s reload")) {
      if (this.deaf.includes(this.shared.link)) return { exitCode: 1, stderr: "still serving: another" };
      this.served = this.shared.link;
    }
    return {};
  }
}

describe("a certificate that comes to the gateway", () => {
  const pair = selfSigned(["www.example.com"], new Date());
  const [former, next] = ["f".repeat(16), pairDigest(pair)];

  function nginxes(): [{ link: string }, FakeNginx, FakeNginx] {
    const shared = { link: former };
    return [shared, new FakeNginx(shared), new FakeNginx(shared)];
  }

  it("is served by each nginx, by one reload each, and its key is in no command", async () => {
    const [shared, one, other] = nginxes();
    await installPair([one.gateway, other.gateway], pair);
    assert.deepEqual([shared.link, one.served, other.served], [next, next, next]);
    const commands = [...one.container.calls, ...other.container.calls];
    assert.doesNotMatch(JSON.stringify(commands), /PRIVATE KEY/);
    assert.match(String(one.container.archives[0]?.archive), /PRIVATE KEY/);
    const reloads = commands.filter(({ argv }) => argv.join(" ").includes("-s reload"));
    assert.equal(reloads.length, 2);
    await installPair([one.gateway, other.gateway], pair);
    const all = [...one.container.calls, ...other.container.calls];
    assert.equal(all.filter(({ argv }) => argv.join(" ").includes("-s reload")).length, 2);
  });

  it("is not pointed to if nginx refuses it", async () => {
    const [shared, one] = nginxes();
    one.refuses = true;
    await assert.rejects(installPair([one.gateway], pair), /nginx refuses the certificate:\nbad end line/);
    assert.deepEqual([shared.link, one.served], [former, former]);
  });

  it("gives way to the former one everywhere if one nginx doesn't serve it", async () => {
    const [shared, one, other] = nginxes();
    other.deaf = [next];
    await assert.rejects(
      installPair([one.gateway, other.gateway], pair),
      /the certificate was not taken: .*still serving: another/,
    );
    assert.deepEqual([shared.link, one.served, other.served], [former, former, former]);
  });

  it("is served in the end if a step was killed after it moved the link", async () => {
    const [shared, one, other] = nginxes();
    shared.link = next;
    one.served = next;
    await serveInstalled([one.gateway, other.gateway]);
    assert.deepEqual([one.served, other.served], [next, next]);
    const reloads = (nginx: FakeNginx) =>
      nginx.container.calls.filter(({ argv }) => argv.join(" ").includes("-s reload")).length;
    assert.deepEqual([reloads(one), reloads(other)], [0, 1]);
  });

  it("says so if the former one can't come back everywhere either", async () => {
    const [shared, one, other] = nginxes();
    one.deaf = [former];
    other.deaf = [next];
    await assert.rejects(
      installPair([one.gateway, other.gateway], pair),
      /^Error: the certificate was not taken: [^]*Nor does every nginx serve the former one again: /,
    );
    assert.deepEqual([shared.link, one.served], [former, next]);
  });

  it("needs no reload where nginx speaks no TLS yet", async () => {
    const [shared, one] = nginxes();
    one.speaksTls = false;
    await installPair([one.gateway], pair);
    assert.equal(shared.link, next);
    assert.ok(!one.container.calls.some(({ argv }) => argv.join(" ").includes("-s reload")));
  });
});
