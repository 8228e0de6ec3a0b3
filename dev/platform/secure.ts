import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrafficOptions } from "../traffic/options.ts";
import { Authority } from "./authority.ts";
import type { TestPlatform } from "./platform.ts";
import { freePort } from "./ports.ts";

const host = "shop.example.com";

/**
 * Has a platform speak TLS from its next update on, with a certificate of a private authority. Sets its address.
 *
 * @param directory where the certificate's files are put
 * @returns what clients need to reach it
 */
export async function speakTls(
  platform: TestPlatform,
  directory: string,
): Promise<Required<Pick<TrafficOptions, "host" | "authority">>> {
  const authority = new Authority();
  const { chain, key } = authority.issue({ names: [host] });
  const [certificateFile, keyFile] = [join(directory, "chain.pem"), join(directory, "key.pem")];
  writeFileSync(certificateFile, chain);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const port = await freePort();
  await platform.set({
    domain: host,
    "gateway.tls.certificate": "files",
    "gateway.tls.certificateFile": certificateFile,
    "gateway.tls.keyFile": keyFile,
    "gateway.tls.httpsPort": String(port),
  });
  platform.url = `https://127.0.0.1:${port}`;
  return { host, authority: authority.root };
}
