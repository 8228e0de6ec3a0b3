import { messageOf } from "../../host/message.ts";
import { opsLine } from "../../settings/commands.ts";
import type { Settings } from "../../settings/index.ts";
import { findCertificate } from "../cert/found.ts";
import type { Target } from "../target.ts";
import type { Status } from "./facts.ts";

/**
 * Says what is wrong with the certificate of a gateway that speaks TLS.
 *
 * @param settings undefined if they are wrong: then nobody knows what the certificate should be
 */
export async function certificateInWords(
  target: Target,
  settings: Settings | undefined,
): Promise<Pick<Status, "certificate">> {
  if (settings?.gateway.tls === undefined) return {};
  const more = `More of it: ${opsLine("cert status", target)}`;
  try {
    const { problems } = await findCertificate(target, target.docker(), settings);
    return problems.length === 0 ? {} : { certificate: `The certificate: ${problems.join("; ")}. ${more}` };
  } catch (error) {
    return {
      certificate: `What the gateway's certificate is like isn't known: ${messageOf(error)}. ${more}`,
    };
  }
}
