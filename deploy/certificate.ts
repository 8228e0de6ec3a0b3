import { readPair } from "../certificate/files.ts";
import { leafOf, namesOf, pairProblem, type Pair } from "../certificate/pair.ts";
import { selfSigned } from "../certificate/self-signed.ts";
import { certificateScript } from "../contract/gateway.ts";
import type { Values } from "../contract/script.ts";
import { connectEngine } from "../engine/client.ts";
import type { Exec } from "../engine/exec.ts";
import { installedChain, installedDigest, installPair, serveInstalled } from "../gateway/certificate.ts";
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
  // A step that was killed may have installed it and not yet reloaded.
  if (await isInstalled(started.gateway.exec, given)) await serveInstalled(gateways);
  else
    await installPair(
      gateways,
      given.source === "files" ? pairIn(given) : selfSigned(given.hosts, new Date()),
    );
});

/** True if the gateway has the wanted pair. One's own files may be elsewhere then, or their certificate past its time. */
async function isInstalled(exec: Exec, { source, digest, hosts }: Given): Promise<boolean> {
  if (source === "files") return digest === (await installedDigest(exec));
  const chain = await installedChain(exec);
  return chain !== undefined && isStillGood(chain, hosts);
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
