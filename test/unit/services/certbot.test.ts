import assert from "node:assert/strict";
import { certbotProgram, certbotSecretFiles, certbotWorkload } from "../../../services/certbot/certbot.ts";
import { nothingKnown } from "../../../workload/known-images.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed, type Config } from "../settings/support.ts";

const byAcme = { "gateway.tls.certificate": "acme" };
const credentials = '{ "client_email": "SecretOne", "private_key": "SecretTwo" }';
const byDns = {
  ...byAcme,
  "images.certbot": "certbot/dns-google:v5.5.0",
  "gateway.tls.acme.dns": { plugin: "google", propagationSeconds: 100 },
};

describe("certbot", () => {
  function described(changes: Config) {
    const settings = parseSettings(changed(changes), "prod", new Set(["acmeSecrets"]));
    const { acme } = settings.gateway.tls ?? assert.fail();
    const platform = {
      ...{ stack: "prod", prefix: "webnet-prod", settings },
      ...{ images: nothingKnown, canMigrateConnections: true },
    };
    const program = certbotProgram(settings, acme);
    const workload = certbotWorkload(platform, acme, "v1");
    return {
      order: JSON.parse(program["order.json"] ?? "") as Record<string, unknown>,
      program,
      secrets: certbotSecretFiles(settings),
      workload,
      mounts: workload.mounts.map(({ target }) => target),
    };
  }

  it("is told of no secret and of no DNS where there is none", () => {
    const { order, secrets, mounts, workload } = described(byAcme);
    assert.deepEqual(Object.keys(order), ["home", "webroot", "offers", "hosts", "directory"]);
    assert.deepEqual(secrets, {});
    assert.deepEqual(mounts, ["/var/lib/webnet-certbot", "/srv/acme", "/etc/webnet-certbot"]);
    assert.equal(workload.health.command.at(-1), '[ -n "$(find /tmp/alive -mmin -15)" ]');
  });

  it("reads credentials and a binding's key from files, which nothing else holds", () => {
    const { order, program, secrets, mounts, workload } = described({
      ...byDns,
      "gateway.tls.acme.eabKeyId": "kid-1",
      acmeSecrets: { dnsCredentials: credentials, eabHmacKey: "SecretThreeSecretThree" },
    });
    assert.deepEqual(order["dns"], {
      ...{ plugin: "google", propagationSeconds: 100 },
      credentials: "/run/secrets/dns-credentials",
    });
    assert.deepEqual(order["binding"], { keyId: "kid-1", file: "/run/secrets/eab.ini" });
    assert.deepEqual(secrets, {
      "dns-credentials": credentials,
      "eab.ini": "eab-kid = kid-1\neab-hmac-key = SecretThreeSecretThree\n",
    });
    assert.equal(mounts.at(-1), "/run/secrets");
    assert.doesNotMatch(JSON.stringify([program, workload]), /Secret(One|Two|Three)/);
    // An order may take two minutes more.
    assert.equal(workload.health.command.at(-1), '[ -n "$(find /tmp/alive -mmin -17)" ]');
  });

  it("gets no files where a role of the machine stands for credentials", () => {
    const { order, secrets, mounts } = described(byDns);
    assert.deepEqual(order["dns"], { plugin: "google", propagationSeconds: 100 });
    assert.deepEqual(secrets, {});
    assert.ok(!mounts.includes("/run/secrets"));
  });
});
