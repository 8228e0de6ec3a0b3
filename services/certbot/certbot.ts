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
} from "../../workload/names.ts";
import type { Platform } from "../../workload/platform.ts";
import { serviceHealth, type Workload } from "../../workload/workload.ts";

/** The user that certbot runs as, in the group of nginx, which reads what it offers. */
export const certbotUid = 10_002;
/** Purpose of its files; each version has its own volume. */
export const certbotFiles = "certbot";

const home = "/var/lib/webnet-certbot";
const programDirectory = "/etc/webnet-certbot";
const sources = join(import.meta.dirname, "program");

/** The modes of its program. All but the first answer at once. */
export type KeeperMode = "keep" | "now" | "renew" | "rehearse" | "show";

/** The command that asks for one of its modes, inside its container. */
export function keeperCommand(mode: KeeperMode): string[] {
  return ["python3", `${programDirectory}/keeper.py`, mode];
}

/** How certificates come by ACME, as the settings say it. */
export type Acme = NonNullable<Settings["gateway"]["tls"]>["acme"];

/** Its program, the order, and the certificate of a private authority. None is secret. */
export function certbotProgram(
  settings: Settings,
  { email, directory, profile, authorityFile }: Acme,
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
  };
  return {
    ...Object.fromEntries(programs.map((name) => [name, readFileSync(join(sources, name), "utf8")])),
    "order.json": JSON.stringify(order, null, 1),
    ...(authorityFile !== undefined && { "authority.pem": authorityText(authorityFile) }),
  };
}

/**
 * Describes the container that gets certificates by ACME and renews them.
 *
 * @param version digest of its files
 */
export function certbotWorkload(
  { prefix }: Platform,
  { dataVolume, limits }: Acme,
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
    ],
    memory: { "/tmp": { megabytes: 16 } },
    // Longer than an order may take.
    health: { command: ["sh", "-c", '[ -n "$(find /tmp/alive -mmin -15)" ]'], timing: serviceHealth },
    limits,
    stop: { signal: "SIGTERM", graceSeconds: 10 },
    trial: { passes: "ends", instead: ["certbot", "--version"] },
  };
}
