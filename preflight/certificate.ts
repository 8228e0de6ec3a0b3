import { readPair, UnreadableFile } from "../certificate/files.ts";
import { certifiedHosts } from "../certificate/hosts.ts";
import { leafOf, pairDigest, pairProblem, type Pair, type PairProblem } from "../certificate/pair.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";

const warnedDays = 21;
const day = 86_400_000;
const settingOf = { chain: "certificateFile", key: "keyFile" } as const satisfies Record<keyof Pair, string>;
const allowedOf: Readonly<Record<keyof Pair, string>> = {
  chain:
    "a PEM file with a certificate that is valid now, of the key in keyFile and for webnet:domain, and the certificates of its intermediate authorities after it",
  key: "a PEM file with the private key of the certificate in certificateFile, RSA of at least 2048 bits or ECDSA, without a passphrase",
};

/** What the look at one's own certificate found. */
export interface CertificateFinding {
  problems: Problem[];
  warnings: string[];
  /** Digest of certificate and key, if they are good. */
  digest?: string;
}

/**
 * Reads one's own certificate from this machine's files, if the settings name them, and checks that it can serve. What the
 * gateway has already is no obstacle: an emergency must not wait for a certificate, nor for a machine with its files.
 *
 * @param inGateway digest of the pair that the gateway got last, if any
 */
export async function inspectCertificate(
  settings: Settings,
  stack: string,
  inGateway: () => Promise<string | undefined>,
  now = new Date(),
): Promise<CertificateFinding> {
  const { certificateFile, keyFile } = settings.gateway.tls ?? {};
  if (certificateFile === undefined || keyFile === undefined) return { problems: [], warnings: [] };
  const files = { chain: certificateFile, key: keyFile };
  const kept = await inGateway();
  try {
    const pair = readPair({ certificateFile, keyFile });
    const digest = pairDigest(pair);
    const wrong = pairProblem(pair, certifiedHosts(settings), now);
    if (wrong === undefined) return { problems: [], warnings: expiry(pair, certificateFile, now), digest };
    if (digest === kept) return keeping(kept, `${files[wrong.of]}: ${wrong.what}`);
    return { problems: [problem(stack, files, wrong)], warnings: [] };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (kept !== undefined) return keeping(kept, `${files[error.of]}: ${error.message}`);
    return { problems: [problem(stack, files, { of: error.of, what: error.message })], warnings: [] };
  }
}

function keeping(digest: string, why: string): CertificateFinding {
  return { problems: [], warnings: [`The gateway keeps the certificate that it has. ${why}.`], digest };
}

function problem(stack: string, files: Pair, { of, what }: PairProblem): Problem {
  const path = ["gateway", "tls", settingOf[of]];
  return {
    at: configPath(path),
    what,
    got: files[of],
    allowed: allowedOf[of],
    fix: [setCommand(stack, path, "<file>")],
  };
}

function expiry({ chain }: Pair, file: string, now: Date): string[] {
  const { validTo } = leafOf(chain);
  const days = Math.floor((Date.parse(validTo) - now.getTime()) / day);
  if (days >= warnedDays) return [];
  return [`The certificate in ${file} expires in ${days} days, at ${new Date(validTo).toISOString()}.`];
}
