import { readPair } from "../certificate/files.ts";
import { leafOf, namesOf, pairProblem, type Pair } from "../certificate/pair.ts";
import { selfSigned } from "../certificate/self-signed.ts";
import { certificateScript } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { installedChain, installedDigest, installPair } from "../gateway/certificate.ts";
import { runningGateways, standIn } from "../gateway/live.ts";
import { startedGateway } from "../gateway/started.ts";
import { runScript } from "./input.ts";

/** A self-signed certificate this close to its end is made anew. */
const leastDays = 30;
const day = 86_400_000;

/** Brings the certificate that the settings name to every nginx of the stack. */
await runScript(certificateScript, async (given) => {
  const docker = connectEngine();
  const started = await startedGateway(docker, given.stack, given.gateway);
  const others = (await runningGateways(docker, given.stack)).filter(({ id }) => id !== started.id);
  const substitute = await standIn(docker, given.stack);
  const all = [started, ...others, ...(substitute === undefined ? [] : [substitute])];
  const gateways = all.map(({ gateway }) => gateway);
  const pair = given.source === "files" ? await ownPair() : await madePair(given.hosts);
  if (pair !== undefined) await installPair(gateways, pair);

  async function ownPair(): Promise<Pair | undefined> {
    // The files may be on another machine, or their certificate past its time.
    if (given.digest === (await installedDigest(started.gateway.exec))) return undefined;
    return pairIn(given);
  }

  async function madePair(hosts: readonly string[]): Promise<Pair | undefined> {
    const installed = await installedChain(started.gateway.exec);
    return installed !== undefined && isStillGood(installed, hosts)
      ? undefined
      : selfSigned(hosts, new Date());
  }
});

/** The pair in the files. Since the preview, they may have changed. */
function pairIn(given: { hosts: string[]; certificateFile?: string; keyFile?: string }): Pair {
  const { certificateFile = "", keyFile = "" } = given;
  const pair = readPair({ certificateFile, keyFile });
  const problem = pairProblem(pair, given.hosts, new Date());
  if (problem === undefined) return pair;
  throw new Error(
    `${problem.of === "chain" ? certificateFile : keyFile}: ${problem.what}. The gateway keeps its certificate.`,
  );
}

function isStillGood(chain: string, hosts: readonly string[]): boolean {
  let leaf;
  try {
    leaf = leafOf(chain);
  } catch {
    // Damaged, as after a power cut.
    return false;
  }
  const isOwn = leaf.verify(leaf.publicKey);
  const names = namesOf(leaf).split(", ");
  const daysLeft = (Date.parse(leaf.validTo) - Date.now()) / day;
  return isOwn && hosts.every((host) => names.includes(host)) && daysLeft > leastDays;
}
