import { readPair, UnreadableFile } from "../certificate/files.ts";
import { certifiedHosts } from "../certificate/hosts.ts";
import { leafOf, pairDigest, pairProblem, type Pair } from "../certificate/pair.ts";
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

/** Reads one's own certificate from this machine's files, if the settings name them, and checks that it can serve. */
export function inspectCertificate(settings: Settings, stack: string, now = new Date()): CertificateFinding {
  const { certificateFile, keyFile } = settings.gateway.tls ?? {};
  if (certificateFile === undefined || keyFile === undefined) return { problems: [], warnings: [] };
  const files = { chain: certificateFile, key: keyFile };
  const problem = (of: keyof Pair, what: string): CertificateFinding => ({
    problems: [
      {
        at: configPath(["gateway", "tls", settingOf[of]]),
        what,
        got: files[of],
        allowed: allowedOf[of],
        fix: [setCommand(stack, ["gateway", "tls", settingOf[of]], "<file>")],
      },
    ],
    warnings: [],
  });
  let pair: Pair;
  try {
    pair = readPair({ certificateFile, keyFile });
  } catch (error) {
    if (error instanceof UnreadableFile) return problem(error.of, error.message);
    throw error;
  }
  const wrong = pairProblem(pair, certifiedHosts(settings), now);
  if (wrong !== undefined) return problem(wrong.of, wrong.what);
  return { problems: [], warnings: expiry(pair, certificateFile, now), digest: pairDigest(pair) };
}

function expiry({ chain }: Pair, file: string, now: Date): string[] {
  const { validTo } = leafOf(chain);
  const days = Math.floor((Date.parse(validTo) - now.getTime()) / day);
  if (days >= warnedDays) return [];
  return [`The certificate in ${file} expires in ${days} days, at ${new Date(validTo).toISOString()}.`];
}
