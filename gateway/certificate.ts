import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { pairDigest, type Pair } from "../certificate/pair.ts";
import { mustSucceed, type Exec } from "../engine/exec.ts";
import { writeFiles } from "../engine/volume.ts";
import { certificateFiles, servedFile } from "../render/nginx.ts";
import { messageOf } from "../host/message.ts";
import { askItself } from "./asking.ts";
import { certificateTest } from "./certificate-test.ts";
import type { GatewayContainer } from "./gateway.ts";
import { publicGateways, type RunningGateway } from "./live.ts";
import {
  acmeOffers,
  certificatesDirectory,
  configHome,
  configMount,
  nginxUid,
  ownConfig,
  refusedNote,
  servedCertificate,
  takesOffers,
} from "./layout.ts";

const proofSeconds = 10;
/** nginx looks for an offer every five seconds, tests it, and reloads. */
const takenSeconds = 60;
const servedPollMilliseconds = 500;
/** The served pair, and the one before it for the way back. */
const keptPairs = 2;

/** The chain of the certificate that the gateway is to serve, as PEM text; undefined if none is installed. */
export async function installedChain(exec: Exec): Promise<string | undefined> {
  const { exitCode, stdout } = await exec(["cat", `${servedCertificate}/${certificateFiles.chain}`]);
  return exitCode === 0 ? stdout : undefined;
}

/** The digest of the pair that the gateway is to serve; undefined if none is installed. */
export async function installedDigest(exec: Exec): Promise<string | undefined> {
  const { exitCode, stdout } = await exec(["readlink", servedCertificate]);
  return exitCode === 0 ? stdout.trim() : undefined;
}

/**
 * Brings a pair to every nginx that runs: writes it beside the former one, has nginx test it, makes it the served one in
 * one step, and waits until only workers that serve it take connections. If one doesn't, the former one comes back.
 *
 * @param gateways all that run. They share the directory of pairs
 * @throws Error that says why, with nginx's words
 */
export async function installPair(gateways: readonly GatewayContainer[], pair: Pair): Promise<void> {
  const [first] = gateways;
  if (first === undefined) throw new Error("no gateway runs that could take the certificate");
  const digest = pairDigest(pair);
  const former = await installedDigest(first.exec);
  await writePair(first, digest, pair);
  await testPair(first.exec, digest);
  try {
    await pointAndServe(gateways, digest);
  } catch (error) {
    const why = `the certificate was not taken: ${messageOf(error)}`;
    if (former !== undefined && former !== digest) await goBack(gateways, former, why);
    throw new Error(why, { cause: error });
  }
  await mustSucceed(first.exec, ["sh", "-ec", pruneCommands(digest).join("\n")]);
}

/** The digests of the pairs that each nginx serves; empty for one that doesn't say it. */
export async function servedDigests(gateways: readonly RunningGateway[]): Promise<string[]> {
  const answers = await Promise.all(gateways.map(({ gateway }) => gateway.exec(askItself("certificate"))));
  return answers.map(({ exitCode, stdout }) => (exitCode === 0 ? stdout.trim() : ""));
}

/** Waits until every public nginx serves a pair that certbot offers. Returns what is wrong if it doesn't come to that. */
export async function untilServed(
  docker: Docker,
  stack: string,
  digest: string | undefined,
): Promise<string | undefined> {
  const deadline = Date.now() + takenSeconds * 1000;
  for (;;) {
    const gateways = await publicGateways(docker, stack);
    const served = await servedDigests(gateways);
    if (served.length > 0 && served.every((one) => one === digest)) return undefined;
    if (Date.now() > deadline) return await refusalOf(gateways);
    await sleep(servedPollMilliseconds);
  }
}

/** Why nginx did not take what certbot offers. */
async function refusalOf([gateway]: readonly RunningGateway[]): Promise<string> {
  const noted = await gateway?.gateway.exec(["cat", refusedNote]);
  const [, ...why] = noted?.exitCode === 0 ? noted.stdout.trim().split("\n") : [];
  return [`the gateway has not served it within ${takenSeconds} s`, ...why].join(": ");
}

/** Has every nginx serve the pair that it is to serve, if one doesn't yet. */
export async function serveInstalled(gateways: readonly GatewayContainer[]): Promise<void> {
  const digest = gateways[0] && (await installedDigest(gateways[0].exec));
  if (digest === undefined) throw new Error("no certificate is installed");
  for (const gateway of gateways) await serve(gateway, digest);
}

async function goBack(gateways: readonly GatewayContainer[], former: string, why: string): Promise<void> {
  try {
    await pointAndServe(gateways, former);
  } catch (error) {
    throw new Error(`${why}\nNor does every nginx serve the former one again: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function pointAndServe(gateways: readonly GatewayContainer[], digest: string): Promise<void> {
  const [first] = gateways;
  if (first !== undefined) await point(first.exec, digest);
  for (const gateway of gateways) await serve(gateway, digest);
}

/** Removes every pair, as when the gateway gives up TLS. */
export async function removePairs(exec: Exec): Promise<void> {
  await mustSucceed(exec, ["rm", "-rf", certificatesDirectory]);
}

async function writePair(gateway: GatewayContainer, digest: string, { chain, key }: Pair): Promise<void> {
  const contents = {
    [certificateFiles.chain]: chain,
    [certificateFiles.key]: key,
    [certificateFiles.served]: servedFile(digest),
  };
  const files = Object.entries(contents).map(([name, content]) => ({
    path: `${configHome}/certificates/${digest}/${name}`,
    content,
    mode: 0o400,
    uid: nginxUid,
  }));
  await writeFiles(gateway.container, configMount, files);
}

/** Has an nginx of its own load the pair, and make a handshake with it. */
async function testPair(exec: Exec, digest: string): Promise<void> {
  const script = [
    ...certificateTest,
    `fits ${certificatesDirectory}/${digest} || { echo "$said" >&2; exit 1; }`,
  ];
  const { exitCode, stderr } = await exec(["sh", "-c", script.join("\n")]);
  if (exitCode !== 0) throw new Error(`nginx refuses the certificate:\n${stderr.trim()}`);
}

async function point(exec: Exec, digest: string): Promise<void> {
  const next = `${certificatesDirectory}/next`;
  // First: a power cut would leave empty files behind the link.
  await mustSucceed(exec, [
    "sh",
    "-ec",
    `sync\nln -sfn ${digest} ${next}\nmv -T ${next} ${servedCertificate}`,
  ]);
}

/** Reloads an nginx that speaks TLS, unless it serves the pair already. */
async function serve(gateway: GatewayContainer, digest: string): Promise<void> {
  const speaksTls = await gateway.exec(["grep", "-qs", "ssl_certificate ", ownConfig]);
  if (speaksTls.exitCode !== 0) return;
  const served = await gateway.exec(askItself("certificate"));
  if (served.exitCode === 0 && served.stdout.trim() === digest) return;
  await gateway.reload([], { about: "certificate", is: digest }, proofSeconds);
}

/**
 * Shell lines that remove all but the newest pairs, and never the served one.
 *
 * @param served its digest, as a shell word
 */
export function pruneCommands(served: string): string[] {
  return [
    `cd ${certificatesDirectory}`,
    `ls -td -- */ | tr -d / | grep -vx -e current -e ${served} | tail -n +${keptPairs} | while read -r old; do rm -rf "./$old"; done`,
  ];
}

/**
 * Whether the gateway takes what certbot offers, from now on. Where another source gives certificates, certbot's may not
 * come back.
 */
export async function takeOffers(exec: Exec, takes: boolean): Promise<void> {
  const script = takes ? `mkdir -p ${certificatesDirectory} && : > ${takesOffers}` : `rm -f ${takesOffers}`;
  await mustSucceed(exec, ["sh", "-ec", script]);
}

/** The pair that certbot offers; undefined if it offers none, or one that can't be read. */
export async function offeredPair(exec: Exec): Promise<Pair | undefined> {
  const read = (file: string) => exec(["cat", `${acmeOffers}/current/${file}`]);
  const [chain, key] = await Promise.all([read(certificateFiles.chain), read(certificateFiles.key)]);
  return chain.exitCode === 0 && key.exitCode === 0 ? { chain: chain.stdout, key: key.stdout } : undefined;
}
