import { readPair } from "../certificate/files.ts";
import { namesOf, pairProblem, readableLeaf, type Pair } from "../certificate/pair.ts";
import { selfSigned } from "../certificate/self-signed.ts";
import { certificateScript } from "../contract/gateway.ts";
import type { Values } from "../contract/script.ts";
import { connectEngine } from "../engine/client.ts";
import type { Exec } from "../engine/exec.ts";
import {
  installedChain,
  installedDigest,
  installPair,
  offeredPair,
  serveInstalled,
  takeOffers,
} from "../gateway/certificate.ts";
import { runningGateways, standIn } from "../gateway/live.ts";
import { startedGateway } from "../gateway/started.ts";
import { runScript } from "./input.ts";

/** A self-signed certificate this close to its end is made anew. */
const leastDays = 30;
const day = 86_400_000;

type Given = Values<typeof certificateScript.variables>;

/** Brings the certificate that the settings name to every nginx of the stack. */
await runScript(certificateScript, async (given) => {
  const docker = connectEngine();
  const started = await startedGateway(docker, given.stack, given.gateway);
  const others = (await runningGateways(docker, given.stack)).filter(({ id }) => id !== started.id);
  const substitute = await standIn(docker, given.stack);
  const all = [started, ...others, ...(substitute === undefined ? [] : [substitute])];
  const gateways = all.map(({ gateway }) => gateway);
  const { exec } = started.gateway;
  const takesOffers = given.source === "acme";
  // First: a former source's certificate may not come back.
  if (!takesOffers) await takeOffers(exec, false);
  const missing = await missingPair(exec, given);
  if (missing === undefined) {
    // A step that was killed may have installed it and not yet reloaded.
    await serveInstalled(gateways);
  } else await installPair(gateways, missing);
  if (takesOffers) await takeOffers(exec, true);
});

/**
 * The pair to install; undefined if the gateway has what is wanted. One's own files may be elsewhere then, or their
 * certificate past its time. An authority's comes later, by itself: until then any serves.
 */
async function missingPair(exec: Exec, given: Given): Promise<Pair | undefined> {
  const { source, digest, hosts } = given;
  if (source === "files") return digest === (await installedDigest(exec)) ? undefined : pairIn(given);
  const now = new Date();
  const chain = await installedChain(exec);
  if (source === "self-signed")
    return chain !== undefined && isStillGood(chain, hosts) ? undefined : selfSigned(hosts, now);
  if (chain !== undefined && readableLeaf(chain) !== undefined) return undefined;
  const offered = await offeredPair(exec);
  return offered !== undefined && pairProblem(offered, hosts, now) === undefined
    ? offered
    : selfSigned(hosts, now);
}

/** The pair in the files. Since the preview, they may have changed. */
function pairIn({ hosts, certificateFile = "", keyFile = "" }: Given): Pair {
  const pair = readPair({ certificateFile, keyFile });
  const problem = pairProblem(pair, hosts, new Date());
  if (problem === undefined) return pair;
  throw new Error(
    `${problem.of === "chain" ? certificateFile : keyFile}: ${problem.what}. The gateway keeps its certificate.`,
  );
}

function isStillGood(chain: string, hosts: readonly string[]): boolean {
  const leaf = readableLeaf(chain);
  if (leaf === undefined) return false;
  const isOwn = leaf.verify(leaf.publicKey);
  const names = namesOf(leaf).split(", ");
  const daysLeft = (Date.parse(leaf.validTo) - Date.now()) / day;
  return isOwn && hosts.every((host) => names.includes(host)) && daysLeft > leastDays;
}
