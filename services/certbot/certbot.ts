import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { authorityText } from "../../certificate/files.ts";
import { certifiedHosts } from "../../certificate/hosts.ts";
import { acmeMount, acmeOffers, acmeWebroot, nginxUid } from "../../gateway/layout.ts";
import type { Settings } from "../../settings/index.ts";
import { certbotFacts } from "../../settings/services.ts";
import { dataVolumeLabel } from "../../workload/labels.ts";
import {
  acmeVolumeName,
  certbotContainerName,
  dataVolumeName,
  filesVolumeName,
  secretsDirectory,
} from "../../workload/names.ts";
import type { Platform } from "../../workload/platform.ts";
import { serviceHealth, type Workload } from "../../workload/workload.ts";

/** The user that certbot runs as, in the group of nginx, which reads what it offers. */
export const certbotUid = 10_002;
/** Purpose of its files; each version has its own volume. */
export const certbotFiles = "certbot";
/** Purpose of the files with its secrets; they change without another container. */
export const certbotSecrets = "certbot-secrets";

const home = "/var/lib/webnet-certbot";
const programDirectory = "/etc/webnet-certbot";
const sources = join(import.meta.dirname, "program");
const credentialsFile = "dns-credentials";
const bindingFile = "eab.ini";

/** The modes of its program. All but the first answer at once. */
export type KeeperMode = "keep" | "now" | "renew" | "rehearse" | "show";

/** The command that asks for one of its modes, inside its container. */
export function keeperCommand(mode: KeeperMode): string[] {
  return ["python3", `${programDirectory}/keeper.py`, mode];
}

/** How certificates come by ACME, as the settings say it. */
export type Acme = NonNullable<Settings["gateway"]["tls"]>["acme"];

/** The files with its secrets, by their names; none where certificates come without a secret. */
export function certbotSecretFiles({ acmeSecrets, gateway }: Settings): Record<string, string> {
  const { dnsCredentials, eabHmacKey } = acmeSecrets ?? {};
  const keyId = gateway.tls?.acme.eabKeyId;
  return {
    ...(dnsCredentials !== undefined && { [credentialsFile]: dnsCredentials }),
    // certbot's own configuration file: on its command line everybody on the host could read the key.
    ...(keyId !== undefined && { [bindingFile]: `eab-kid = ${keyId}\neab-hmac-key = ${eabHmacKey ?? ""}\n` }),
  };
}

/** Its program, the order, and the certificate of a private authority. None is secret. */
export function certbotProgram(
  settings: Settings,
  { email, directory, profile, authorityFile, dns, eabKeyId }: Acme,
): Record<string, string> {
  const programs = readdirSync(sources).filter((name) => name.endsWith(".py"));
  const order = {
    home,
    webroot: acmeWebroot,
    offers: acmeOffers,
    hosts: certifiedHosts(settings),
    directory,
    email,
    profile,
    ...(dns !== undefined && { dns: { ...dns, credentials: inSecrets(settings, credentialsFile) } }),
    ...(eabKeyId !== undefined && { binding: { keyId: eabKeyId, file: inSecrets(settings, bindingFile) } }),
  };
  return {
    ...Object.fromEntries(programs.map((name) => [name, readFileSync(join(sources, name), "utf8")])),
    "order.json": JSON.stringify(order, null, 1),
    ...(authorityFile !== undefined && { "authority.pem": authorityText(authorityFile) }),
  };
}

function inSecrets(settings: Settings, name: string): string | undefined {
  return name in certbotSecretFiles(settings) ? `${secretsDirectory}/${name}` : undefined;
}

/**
 * Describes the container that gets certificates by ACME and renews them.
 *
 * @param version digest of its files
 */
export function certbotWorkload(
  { prefix, settings }: Platform,
  { dataVolume, limits, dns }: Acme,
  version: string,
): Workload {
  const data = dataVolumeName(prefix, certbotFacts.data.role, dataVolume);
  return {
    name: certbotContainerName(prefix),
    aliases: [],
    role: certbotFacts.role,
    labels: { "webnet.config": version, [dataVolumeLabel]: data },
    user: `${certbotUid}:${nginxUid}`,
    entrypoint: keeperCommand("keep"),
    environment: {
      PYTHONDONTWRITEBYTECODE: "1",
      // Otherwise every start warns where the image leaves out OpenSSL's legacy algorithms.
      CRYPTOGRAPHY_OPENSSL_NO_LEGACY: "1",
    },
    mounts: [
      { kind: "volume", source: data, target: home, readOnly: false },
      { kind: "volume", source: acmeVolumeName(prefix), target: acmeMount, readOnly: false },
      {
        kind: "volume",
        source: filesVolumeName(prefix, `${certbotFiles}-${version}`),
        target: programDirectory,
        readOnly: true,
      },
      ...secretMounts(settings, prefix),
    ],
    memory: { "/tmp": { megabytes: 16 } },
    health: {
      command: ["sh", "-c", `[ -n "$(find /tmp/alive -mmin -${longestMinutes(dns)})" ]`],
      timing: serviceHealth,
    },
    limits,
    stop: { signal: "SIGTERM", graceSeconds: 10 },
    trial: { passes: "ends", instead: ["certbot", "--version"] },
  };
}

/** Longer than an order may take. */
function longestMinutes(dns: Acme["dns"]): number {
  return 15 + Math.ceil((dns?.propagationSeconds ?? 0) / 60);
}

function secretMounts(settings: Settings, prefix: string): Workload["mounts"] {
  if (Object.keys(certbotSecretFiles(settings)).length === 0) return [];
  const source = filesVolumeName(prefix, certbotSecrets);
  return [{ kind: "volume", source, target: secretsDirectory, readOnly: true }];
}
