import type Docker from "dockerode";
import { keeperStatus, type KeeperStatus } from "../../certificate/keeper.ts";
import { certifiedHosts } from "../../certificate/hosts.ts";
import { leafOf, namesOf } from "../../certificate/pair.ts";
import { installedChain, installedDigest, servedDigests } from "../../gateway/certificate.ts";
import { publicGateways } from "../../gateway/live.ts";
import { messageOf } from "../../host/message.ts";
import type { Settings } from "../../settings/index.ts";
import { certbotContainerName } from "../../workload/names.ts";
import type { Target } from "../target.ts";

const day = 86_400_000;
/** Two attempts come each day, so this is a failure of days. */
const worryingFailures = 4;

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
  const authority =
    source === "acme"
      ? await keeperStatus(docker.getContainer(certbotContainerName(prefix))).catch(messageOf)
      : undefined;
  const [gateway] = await publicGateways(docker, stack);
  const chain = gateway && (await installedChain(gateway.gateway.exec));
  const leaf = chain === undefined ? undefined : leafOf(chain);
  const problems: string[] = [];
  if (gateway === undefined) problems.push("no gateway takes connections");
  else if (leaf === undefined) problems.push("the gateway has no certificate");
  else {
    const hosts = certifiedHosts(settings).filter(
      (host) => leaf.checkHost(host, { subject: "never" }) === undefined,
    );
    if (hosts.length > 0) problems.push(`it is not for ${hosts.join(", ")}`);
    if (Date.parse(leaf.validTo) <= now.getTime()) problems.push("it has expired");
    if (Date.parse(leaf.validFrom) > now.getTime())
      problems.push("it is not valid yet, by this machine's clock");
    const installed = await installedDigest(gateway.gateway.exec);
    const served = await servedDigests(docker, stack);
    if (!served.every((digest) => digest === installed)) problems.push("not every nginx serves it");
    if (source === "acme" && leaf.verify(leaf.publicKey))
      problems.push("it is self-signed: the authority's has not come yet");
    if (typeof authority === "object" && authority.certificate && authority.certificate.digest !== installed)
      problems.push(
        `certbot has another one, which the gateway does not serve: ${authority.certificate.unfit ?? "it was not taken"}`,
      );
  }
  if (typeof authority === "string") problems.push(`certbot can't be asked: ${authority}`);
  else if (authority !== undefined && authority.failures >= worryingFailures)
    problems.push(`the last ${authority.failures} attempts to get a new one failed`);
  return {
    source,
    ...(leaf && {
      serves: {
        names: namesOf(leaf),
        issuer: leaf.issuer.replaceAll("\n", ", "),
        from: new Date(leaf.validFrom).toISOString(),
        to: new Date(leaf.validTo).toISOString(),
        daysLeft: Math.floor((Date.parse(leaf.validTo) - now.getTime()) / day),
        isSelfSigned: leaf.verify(leaf.publicKey),
      },
    }),
    ...(typeof authority === "object" && { authority }),
    problems,
  };
}
