import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Authority } from "../platform/authority.ts";
import { TestPlatform } from "../platform/platform.ts";
import { freePort } from "../platform/ports.ts";
import { auditFolder } from "./tools.ts";
import type { Site } from "./ask.ts";
import { watchCreations, type Creations } from "./creations.ts";
import type { Scanned } from "./testssl.ts";

const host = "shop.example.com";
const alias = "www.shop.example.com";

/** A platform with TLS that is measured, and everything that ran while it came up. */
export interface Audited {
  platform: TestPlatform;
  site: Site;
  scanned: Scanned;
  /** The containers that were there for a moment only. */
  creations: Creations;
  /** Removes the platform with its data, and its certificate. */
  remove: () => Promise<void>;
}

/** Brings up a whole platform with a certificate of an authority of its own. */
export async function bringAudited(): Promise<Audited> {
  const platform = await TestPlatform.create("audit");
  const folder = join(auditFolder, platform.name);
  const creations = await watchCreations(platform.docker, platform.name);
  const remove = async () => {
    creations.stop();
    await platform.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    mkdirSync(folder, { recursive: true });
    const authority = new Authority();
    const { chain, key } = authority.issue({ names: [host, alias] });
    const file = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const authorityFile = file("authority.pem", authority.root);
    const httpsPort = await freePort();
    await platform.set({
      domain: host,
      "gateway.aliases[0]": alias,
      "gateway.tls.certificate": "files",
      "gateway.tls.certificateFile": file("chain.pem", chain),
      "gateway.tls.keyFile": file("key.pem", key),
      "gateway.tls.httpsPort": String(httpsPort),
      "gateway.tls.hstsSubdomains": "true",
    });
    await platform.up();
    const httpPort = Number(new URL(platform.url).port);
    return {
      platform,
      site: { host, alias, httpPort, httpsPort, authority: authority.root },
      scanned: { host, port: httpsPort, authorityFile },
      creations,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
