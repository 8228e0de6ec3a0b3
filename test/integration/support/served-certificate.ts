import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type PeerCertificate } from "node:tls";

/** The certificate that a new connection to this host gets which asks for a name. Nobody checks it. */
export async function servedCertificate(port: number, servername: string): Promise<PeerCertificate> {
  const socket = connect({ host: "127.0.0.1", port, servername, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

/** Waits for a minute at most until another certificate than this one is served. */
export async function otherCertificate(
  port: number,
  servername: string,
  than: PeerCertificate,
): Promise<PeerCertificate> {
  for (let left = 120; left > 0; left -= 1) {
    const now = await servedCertificate(port, servername);
    if (now.serialNumber !== than.serialNumber) return now;
    await sleep(500);
  }
  throw new Error("the gateway went on with the former certificate for a minute");
}
