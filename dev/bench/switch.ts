import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestPlatform } from "../platform/platform.ts";
import { speakTls } from "../platform/secure.ts";
import type { TrafficKinds, TrafficOptions } from "../traffic/options.ts";
import { endedEarly } from "../traffic/stays.ts";
import { Load } from "./load.ts";
import { recreate } from "./loss.ts";
import type { Deploy } from "./phases.ts";
import { renderPlot } from "./plot.ts";
import { politeUpdate, say } from "./pulumi.ts";
import { reportSwitches, type MeasuredSwitches } from "./switch-report.ts";
import { messageOf } from "../../host/message.ts";

const rounds = 10;
const steadySeconds = 60;
const restSeconds = 2;
/** The drain in the config of the embedded default, which the bench's platform uses. */
const drainSeconds = 10;
const oldWayRuns = 5;

const everyKind: TrafficKinds = {
  keepAlive: { connections: 16, perSecond: 80 },
  newConnection: { perSecond: 20 },
  http2: { connections: 4, perSecond: 40 },
  rows: { connections: 4, perSecond: 20 },
  slow: { connections: 2, seconds: 20 },
  uploads: { connections: 2, bytes: 500_000, seconds: 5 },
  events: { connections: 4, seconds: 900 },
  socket: { connections: 4, perSecond: 8 },
};

/** Measures switches, rollbacks and tag changes under load of every kind, then the losses of the old way. */
export async function switchBench(): Promise<void> {
  const platform = await TestPlatform.create("bench");
  const directory = await mkdtemp(join(tmpdir(), "webnet-bench-"));
  try {
    say("bringing a platform up, with TLS");
    const clients = await speakTls(platform, directory);
    await platform.up();
    const ours = await underLoad(
      platform,
      { ...clients, dropsAllowedAfterSeconds: drainSeconds },
      async (done) => {
        say(`${steadySeconds} s without a deploy`);
        await sleep(steadySeconds * 1000);
        for (let round = 1; round <= rounds; round += 1) {
          say(`round ${round} of ${rounds}: three switches, a rollback, a tag change of the active colour`);
          await playRound(platform, round, done);
        }
      },
    );
    say(`the old way: the gateway's container recreated ${oldWayRuns} times`);
    const old = await underLoad(
      platform,
      { ...clients, dropsAllowedAfterSeconds: Infinity },
      async (done) => {
        for (let run = 0; run < oldWayRuns; run += 1) {
          const gateway = await platform.gateway();
          await done("gateway recreated", () => recreate(platform.docker, gateway));
        }
      },
    );
    const early = endedEarly(ours.results, drainSeconds).length;
    const plot = renderPlot([
      { title: "webnet: switches, rollbacks and tag changes in place", ...ours },
      { title: "the old way", ...old },
    ]);
    await writeFile(join(import.meta.dirname, "switch.svg"), plot);
    await reportSwitches({ ours, old, steadyMilliseconds: steadySeconds * 1000, early });
  } finally {
    await platform.remove();
    await rm(directory, { recursive: true });
  }
}

type Do = (what: Deploy["what"], work: () => Promise<void>) => Promise<void>;

async function playRound(platform: TestPlatform, round: number, done: Do): Promise<void> {
  const switchTo = async (what: Deploy["what"], color: string) => {
    await platform.set({ activeColor: color });
    await done(what, () => politeUpdate(platform));
  };
  await switchTo("switch", "green");
  await switchTo("rollback", "blue");
  await switchTo("switch", "green");
  const tag = `v${(round % 3) + 1}`;
  await platform.set({ "colors.green.backendTag": tag, "colors.green.frontendTag": tag });
  await done("tag change", () => politeUpdate(platform));
  await switchTo("switch", "blue");
}

async function underLoad(
  platform: TestPlatform,
  how: Pick<TrafficOptions, "host" | "authority" | "dropsAllowedAfterSeconds">,
  work: (done: Do) => Promise<void>,
): Promise<MeasuredSwitches["ours"]> {
  const deploys: Deploy[] = [];
  const refusals: string[] = [];
  const load = new Load({
    baseUrl: platform.url,
    kinds: everyKind,
    ...how,
    maxSeconds: 7200,
    maxRequests: 2_000_000,
  });
  try {
    await sleep(restSeconds * 1000);
    await work(async (what, deploy) => {
      const start = load.now();
      // On a busy host the smoke check may time out, and the update takes the route back. That loses no request.
      await deploy().catch(async (error: unknown) => {
        refusals.push(messageOf(error));
        say(`an update failed, and is run again:\n${refusals.at(-1) ?? ""}`);
        await deploy();
      });
      deploys.push({ what, start, end: load.now() });
      await sleep(restSeconds * 1000);
    });
    return { ...(await load.stop()), deploys, refusals };
  } finally {
    await load.end();
  }
}
