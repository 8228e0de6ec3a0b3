import { bothColors, run, secretMark, type Deployment, type Run } from "./program.ts";
import { messageOf } from "../../../host/message.ts";

const adopted = { "network.name": "old_network", "network.adopt": true };

/** Configurations that the program treats differently. */
export const scenarios: Record<string, Run> = {
  "blue active, green warm": { changes: { ...bothColors } },
  "green active, blue warm": { changes: { ...bothColors, activeColor: "green" } },
  "blue active, green off": { changes: { ...bothColors, standby: "off" } },
  "green active, blue off": { changes: { ...bothColors, activeColor: "green", standby: "off" } },
  "blue alone": {},
  "an adopted network": {
    changes: { ...bothColors, ...adopted },
    engine: { networks: [{ Name: "old_network", Id: "0123456789ab" }] },
  },
  "images of this machine": {
    changes: { ...bothColors, imageCatalogue: "local", images: undefined, pullPolicy: "never" },
  },
  "a registry with a password": {
    changes: {
      ...bothColors,
      pullPolicy: "always",
      registry: { address: "ghcr.io", username: "deployer" },
      registryPassword: `${secretMark}registry`,
    },
    secret: ["registryPassword"],
  },
  "several registries, Docker Hub among them": {
    changes: {
      ...bothColors,
      registry: { address: "docker.io", username: "deployer" },
      registryPassword: `${secretMark}hub`,
      registries: [{ address: "ghcr.io", username: "robot" }],
      registryPasswords: { "ghcr.io": `${secretMark}github` },
    },
    secret: ["registryPassword", "registryPasswords"],
  },
  "secrets of the application's own": {
    changes: { ...bothColors, "backend.secrets": { "stripe.api-key": `${secretMark}own` } },
    secret: ["backend"],
    backendInFile: { secrets: { "stripe.api-key": { secure: "v1:nonce:ciphertext" } } },
  },
  "certificates by ACME": {
    changes: { ...bothColors, domain: "www.example.com", "gateway.tls.certificate": "acme" },
  },
  "certificates by ACME and the DNS": {
    changes: {
      ...bothColors,
      domain: "www.example.com",
      "gateway.aliases": ["example.com", "*.example.com"],
      "images.certbot": "certbot/dns-cloudflare:v5.5.0",
      "gateway.tls.certificate": "acme",
      "gateway.tls.acme.eabKeyId": "kid-1",
      "gateway.tls.acme.dns": { plugin: "cloudflare", propagationSeconds: 30 },
      "acmeSecrets.dnsCredentials": `dns_cloudflare_api_token = ${secretMark}token`,
      "acmeSecrets.eabHmacKey": `${secretMark}binding`,
    },
    secret: ["acmeSecrets"],
  },
  "everything published": {
    changes: {
      ...bothColors,
      "mysql.port": 3307,
      "gateway.bindAddress": "192.0.2.7",
      "monitoring.bindAddress": "192.0.2.8",
      "backend.environment": { TZ: "UTC" },
      "network.dns": [],
    },
  },
};

/** Milliseconds for the first run, which loads the whole program, on a busy machine. */
export const patience = 60_000;

/** Declares a test of what must hold in every scenario. */
export function inEveryScenario(title: string, check: (deployment: Deployment, how: Run) => void): void {
  it(title, async () => {
    for (const [name, how] of Object.entries(scenarios)) {
      const deployment = await run(how);
      within(name, () => {
        check(deployment, how);
      });
    }
  }).timeout(patience);
}

/** Runs a check. Its failure names `what`. */
export function within(what: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
}
