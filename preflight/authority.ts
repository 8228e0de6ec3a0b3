import type Docker from "dockerode";
import { keeperStatus, worryingFailures, type KeeperStatus } from "../certificate/keeper.ts";
import { containerName } from "../engine/containers.ts";
import { opsLine } from "../settings/commands.ts";
import { defaults } from "../settings/defaults.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { unreadableAuthority } from "./route-authorities.ts";
import { certbotContainerName, stackPrefix } from "../workload/names.ts";

/** Fixed by the challenge: RFC 8555, 8.3. */
const publicHttpPort = 80;
const day = 86_400_000;
const askSeconds = 10;

/** What the look at the way to an authority found. */
export interface AuthorityFinding {
  problems: Problem[];
  warnings: string[];
}

/**
 * Looks whether certificates can come by ACME, and whether they do. An authority asks on the port of http or in the DNS, and its
 * directory may have a certificate of its own.
 *
 * @param keeper what certbot knows; undefined if it can't be asked, as before the first update
 */
export async function inspectAuthority(
  { gateway }: Settings,
  stack: string,
  keeper: () => Promise<KeeperStatus | undefined>,
  now = new Date(),
): Promise<AuthorityFinding> {
  const { tls } = gateway;
  if (tls?.certificate !== "acme") return { problems: [], warnings: [] };
  const { directory, authorityFile, dns } = tls.acme;
  const isPublic = directory === defaults.gateway.tls.acme.directory.value;
  const status = await keeper();
  const warnings = [
    ...(isPublic && dns === undefined && gateway.httpPort !== publicHttpPort
      ? [
          `Let's Encrypt asks on port ${publicHttpPort}, and webnet:gateway.httpPort is ${gateway.httpPort}: orders fail unless something leads the one to the other.`,
        ]
      : []),
    ...(status === undefined ? [] : failures(status, stack, now)),
  ];
  const path = ["gateway", "tls", "acme", "authorityFile"];
  return {
    problems: authorityFile === undefined ? [] : unreadableAuthority(stack, path, authorityFile),
    warnings,
  };
}

function failures(
  { failures: count, problem, certificate }: KeeperStatus,
  stack: string,
  now: Date,
): string[] {
  if (count < worryingFailures) return [];
  const left =
    certificate?.to === undefined
      ? "there is none yet"
      : `the present one ends in ${Math.floor((Date.parse(certificate.to) - now.getTime()) / day)} days`;
  const [why = ""] = (problem ?? "").split("\n");
  return [
    `The last ${count} attempts to get a certificate failed, and ${left}: ${why} ${opsLine("cert status", { stack })}`,
  ];
}

/** Asks certbot what it knows, if it runs. */
export async function askKeeper(
  docker: Docker,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): Promise<KeeperStatus | undefined> {
  const name = certbotContainerName(stackPrefix(stack));
  if (!containers.some((one) => containerName(one) === name && one.State === "running")) return undefined;
  // No certificate is worth an update that can't begin.
  return await keeperStatus(docker.getContainer(name), askSeconds).catch(() => undefined);
}
