import type { X509Certificate } from "node:crypto";
import type Docker from "dockerode";
import { keeperStatus, worryingFailures, type KeeperStatus } from "../../certificate/keeper.ts";
import { certifiedHosts } from "../../certificate/hosts.ts";
import { namesOf, readableLeaf } from "../../certificate/pair.ts";
import { installedChain, installedDigest, servedDigests } from "../../gateway/certificate.ts";
import { publicGateways } from "../../gateway/live.ts";
import { messageOf } from "../../host/message.ts";
import type { Settings } from "../../settings/index.ts";
import { certbotContainerName } from "../../workload/names.ts";
import type { Target } from "../target.ts";

const day = 86_400_000;

/** The certificate that a gateway serves, and how the next one comes. */
export interface CertificateFacts {
  /** Where it is to come from. */
  source: string;
  /** What the gateway serves. Absent if it can't be read. */
  serves?: {
    names: string;
    issuer: string;
    from: string;
    to: string;
    daysLeft: number;
    isSelfSigned: boolean;
  };
  /** What certbot knows. Absent with another source, or if it can't be asked. */
  authority?: KeeperStatus;
  /** All that is wrong, as sentences without their full stops. */
  problems: string[];
}

/** Asks nginx and certbot. */
export async function findCertificate(
  { stack, prefix }: Pick<Target, "stack" | "prefix">,
  docker: Docker,
  settings: Settings,
  now = new Date(),
): Promise<CertificateFacts> {
  const source = settings.gateway.tls?.certificate ?? "";
  const keeper =
    source === "acme"
      ? await keeperStatus(docker.getContainer(certbotContainerName(prefix))).catch(messageOf)
      : undefined;
  const authority = typeof keeper === "string" ? undefined : keeper;
  const gateways = await publicGateways(docker, stack);
  const [exec] = gateways.map(({ gateway }) => gateway.exec);
  const chain = exec && (await installedChain(exec));
  const leaf = chain === undefined ? undefined : readableLeaf(chain);
  const installed = exec && (await installedDigest(exec));
  const served = await servedDigests(gateways);
  const problems = [
    ...(exec === undefined ? ["no gateway takes connections"] : []),
    ...(exec !== undefined && leaf === undefined ? ["the gateway has no certificate"] : []),
    ...(leaf === undefined ? [] : wrongWith(leaf, settings, now)),
    ...(served.every((digest) => digest === installed) ? [] : ["not every nginx serves it"]),
    ...(exec === undefined || authority === undefined ? [] : untaken(authority, installed)),
    ...(typeof keeper === "string" ? [`certbot can't be asked: ${keeper}`] : []),
    ...(authority !== undefined && authority.failures >= worryingFailures
      ? [`the last ${authority.failures} attempts to get a new one failed`]
      : []),
  ];
  return {
    source,
    ...(leaf && {
      serves: {
        names: namesOf(leaf),
        issuer: leaf.issuer.replaceAll("\n", ", "),
        from: new Date(leaf.validFrom).toISOString(),
        to: new Date(leaf.validTo).toISOString(),
        daysLeft: Math.floor((Date.parse(leaf.validTo) - now.getTime()) / day),
        isSelfSigned: isSelfSigned(leaf),
      },
    }),
    ...(authority && { authority }),
    problems,
  };
}

function wrongWith(leaf: X509Certificate, settings: Settings, now: Date): string[] {
  const hosts = certifiedHosts(settings).filter(
    (host) => leaf.checkHost(host, { subject: "never" }) === undefined,
  );
  const isByAcme = settings.gateway.tls?.certificate === "acme";
  return [
    ...(hosts.length > 0 ? [`it is not for ${hosts.join(", ")}`] : []),
    ...(Date.parse(leaf.validTo) <= now.getTime() ? ["it has expired"] : []),
    ...(Date.parse(leaf.validFrom) > now.getTime() ? ["it is not valid yet, by this machine's clock"] : []),
    ...(isByAcme && isSelfSigned(leaf) ? ["it is self-signed: the authority's has not come yet"] : []),
  ];
}

function untaken({ certificate }: KeeperStatus, installed: string | undefined): string[] {
  if (certificate === undefined || certificate.digest === installed) return [];
  const why = certificate.unfit ?? "it was not taken";
  return [`certbot has another one, which the gateway does not serve: ${why}`];
}

function isSelfSigned(leaf: X509Certificate): boolean {
  return leaf.verify(leaf.publicKey);
}
