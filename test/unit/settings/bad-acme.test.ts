import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/index.ts";
import { changed, refusal, refuses, type Config } from "./support.ts";

const secret = ["acmeSecrets"];
const byAcme = { "gateway.tls.certificate": "acme" };
const credentials = "dns_cloudflare_api_token = hunter2hunter2";
const hmacKey = "hunter2hunter2hunter2";
const byDns = {
  ...byAcme,
  "images.certbot": "certbot/dns-cloudflare:v5.5.0",
  "gateway.tls.acme.dns.plugin": "cloudflare",
  "acmeSecrets.dnsCredentials": credentials,
};
const wildcard = { "gateway.aliases": ["example.com", "*.example.com"] };

describe("settings: certificates by ACME, with secrets", () => {
  refuses(
    "a wildcard that no authority would give",
    { ...byAcme, ...wildcard },
    `
webnet:gateway.aliases[1]
  problem: no authority gives a certificate for a wildcard that it can't ask for in the DNS
  got:     "*.example.com"
  allowed: a wildcard only with webnet:gateway.tls.acme.dns, or while webnet:gateway.tls.certificate is files or self-signed
  fix:     pulumi config set --path 'webnet:gateway.tls.acme.dns.plugin' <plugin> --stack prod
  then:    pulumi config set --secret --path 'webnet:acmeSecrets.dnsCredentials' --stack prod < <file>
  or:      pulumi config rm --path 'webnet:gateway.aliases[1]' --stack prod`,
  );
  refuses(
    "a plugin without its credentials",
    { ...byDns, acmeSecrets: undefined },
    `
webnet:acmeSecrets.dnsCredentials
  problem: it is missing, and webnet:gateway.tls.acme.dns.plugin is of no use without it
  allowed: the content of the plugin's credentials file as certbot's manual has it, up to 16384 characters; for route53 that of an AWS credentials file
  fix:     pulumi config set --secret --path 'webnet:acmeSecrets.dnsCredentials' --stack prod < <file>`,
  );
  refuses(
    "a plugin that the image has not, by the image's name",
    { ...byDns, images: { backend: "example/backend", frontend: "example/frontend" } },
    `
webnet:images.certbot
  problem: it has no plugin dns-cloudflare, and webnet:gateway.tls.acme.dns.plugin is cloudflare
  got:     "certbot/certbot:v5.5.0"
  allowed: an image of certbot 5 or later with the plugin
  fix:     pulumi config set --path 'webnet:images.certbot' certbot/dns-cloudflare:v5.5.0 --stack prod`,
    secret,
  );
  refuses(
    "a plugin that is not in the image of another",
    { ...byDns, "gateway.tls.acme.dns.plugin": "hetzner" },
    `
webnet:images.certbot
  problem: it has no plugin dns-hetzner, and webnet:gateway.tls.acme.dns.plugin is hetzner
  got:     "certbot/dns-cloudflare:v5.5.0"
  allowed: an image of certbot 5 or later with the plugin
  fix:     pulumi config set --path 'webnet:images.certbot' <image> --stack prod`,
    secret,
  );
  refuses(
    "a plugin by its whole name",
    { ...byDns, "gateway.tls.acme.dns.plugin": "dns-cloudflare" },
    `
webnet:gateway.tls.acme.dns.plugin
  problem: its value is not allowed
  got:     "dns-cloudflare"
  allowed: the name of one of certbot's DNS plugins without its \`dns-\`, such as rfc2136 or cloudflare
  fix:     pulumi config set --path 'webnet:gateway.tls.acme.dns.plugin' <plugin> --stack prod`,
    secret,
  );
  refuses(
    "a wait that is too long",
    { ...byDns, "gateway.tls.acme.dns.propagationSeconds": 3600 },
    `
webnet:gateway.tls.acme.dns.propagationSeconds
  problem: its value is not allowed
  got:     3600
  allowed: a whole number of seconds, 1 to 900
  fix:     pulumi config set --path 'webnet:gateway.tls.acme.dns.propagationSeconds' <seconds> --stack prod`,
    secret,
  );
  refuses(
    "a wait of a plugin that asks by itself",
    {
      ...byAcme,
      "images.certbot": "certbot/dns-route53:v5.5.0",
      "gateway.tls.acme.dns": { plugin: "route53", propagationSeconds: 30 },
    },
    `
webnet:gateway.tls.acme.dns.propagationSeconds
  problem: the plugin route53 asks until the record is there, and takes no time for it
  got:     30
  allowed: none with route53
  fix:     pulumi config rm --path 'webnet:gateway.tls.acme.dns.propagationSeconds' --stack prod`,
  );
  refuses(
    "credentials that nothing uses",
    { ...byAcme, "acmeSecrets.dnsCredentials": credentials },
    `
webnet:acmeSecrets.dnsCredentials
  problem: there is no webnet:gateway.tls.acme.dns.plugin that it is for
  got:     a value that is not shown, because it may be a secret
  allowed: a secret only with webnet:gateway.tls.acme.dns.plugin, while webnet:gateway.tls.certificate is acme
  fix:     pulumi config rm --path 'webnet:acmeSecrets.dnsCredentials' --stack prod
  or:      pulumi config set --path 'webnet:gateway.tls.acme.dns.plugin' <plugin> --stack prod`,
    secret,
  );
  refuses(
    "a secret of an authority's while nobody asks one",
    { "acmeSecrets.eabHmacKey": hmacKey },
    `
webnet:acmeSecrets.eabHmacKey
  problem: there is no webnet:gateway.tls.acme.eabKeyId that it is for
  got:     a value that is not shown, because it may be a secret
  allowed: a secret only with webnet:gateway.tls.acme.eabKeyId, while webnet:gateway.tls.certificate is acme
  fix:     pulumi config rm --path 'webnet:acmeSecrets.eabHmacKey' --stack prod`,
    secret,
  );
  refuses(
    "half of a binding",
    { ...byAcme, "gateway.tls.acme.eabKeyId": "kid-1" },
    `
webnet:acmeSecrets.eabHmacKey
  problem: it is missing, and webnet:gateway.tls.acme.eabKeyId is of no use without it
  allowed: the key as the authority shows it: base64url, 16 to 1024 letters, digits, "-" and "_"
  fix:     pulumi config set --secret --path 'webnet:acmeSecrets.eabHmacKey' --stack prod`,
  );
  refuses(
    "a binding's key that is none",
    { ...byAcme, "gateway.tls.acme.eabKeyId": "kid-1", "acmeSecrets.eabHmacKey": "hunter2+hunter2/hunter2" },
    `
webnet:acmeSecrets.eabHmacKey
  problem: its value is not allowed
  got:     a value that is not shown, because it may be a secret
  allowed: the key as the authority shows it: base64url, 16 to 1024 letters, digits, "-" and "_"
  fix:     pulumi config set --secret --path 'webnet:acmeSecrets.eabHmacKey' --stack prod`,
    secret,
  );
  refuses(
    "secrets in plain text, without printing them",
    { ...byDns, "gateway.tls.acme.eabKeyId": "kid-1", "acmeSecrets.eabHmacKey": hmacKey },
    `
webnet:acmeSecrets
  problem: it stands in the stack config in plain text; take it for known to others, and change it
  got:     a value that is not shown, because it may be a secret
  allowed: a value that is stored encrypted
  fix:     pulumi config set --secret --path 'webnet:acmeSecrets.dnsCredentials' --stack prod < <file>
  then:    pulumi config set --secret --path 'webnet:acmeSecrets.eabHmacKey' --stack prod`,
  );

  it("shows no secret that stands in the wrong place", () => {
    for (const path of ["gateway.tls.acme.dns.credentials", "gateway.tls.acme.eabHmacKey"])
      assert.doesNotMatch(refusal(changed({ ...byDns, [path]: hmacKey }), secret), /hunter2/);
  });

  it("takes plugins, with credentials or with a role of the machine, and bindings", () => {
    const good: Config[] = [
      byDns,
      { ...byDns, ...wildcard, "gateway.tls.acme.dns.propagationSeconds": 900 },
      {
        ...byDns,
        "images.certbot": "ghcr.io/example/certbot-with-all:5",
        "gateway.tls.acme.dns.plugin": "ovh",
      },
      { ...byAcme, "images.certbot": "certbot/dns-route53:v5.5.0", "gateway.tls.acme.dns.plugin": "route53" },
      { ...byDns, imageCatalogue: "local", images: undefined, "gateway.tls.acme.dns.plugin": "rfc2136" },
      { ...byAcme, "gateway.tls.acme.eabKeyId": "kid-1", "acmeSecrets.eabHmacKey": `${hmacKey}==` },
      // As commands see it that decrypt nothing.
      { ...byAcme, "gateway.tls.acme.eabKeyId": "kid-1", "acmeSecrets.eabHmacKey": "<encrypted>" },
    ];
    for (const config of good) parseSettings(changed(config), "prod", new Set(secret));
  });
});

describe("settings: wildcards", () => {
  it("are names of one level, by http, with a certificate of one's own, or from an authority by the DNS", () => {
    const sources: Config[] = [
      {},
      { "gateway.tls.certificate": "self-signed" },
      { "gateway.tls": { certificate: "files", certificateFile: "chain.pem", keyFile: "key.pem" } },
      byDns,
    ];
    for (const source of sources)
      assert.deepEqual(
        parseSettings(changed({ ...source, ...wildcard }), "prod", new Set(secret)).gateway.aliases,
        wildcard["gateway.aliases"],
      );
  });

  it("stand before a name with two labels at least, and for the first label alone", () => {
    for (const name of [
      "*",
      "*.com",
      "*example.com",
      "a.*.example.com",
      "*.*.example.com",
      "*.10",
      "example.*",
    ])
      assert.match(
        refusal(changed({ "gateway.aliases": [name] })),
        /gateway\.aliases\[0\]\n.*not allowed[^]*or \*\.example\.com for every name one level under it/,
      );
    assert.match(
      refusal(changed({ "gateway.aliases": ["*.example.com", "*.example.com"] })),
      /aliases\[1\]\n.*the name stands there twice/,
    );
  });
});
