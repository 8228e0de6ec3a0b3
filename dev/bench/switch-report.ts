import { cpus } from "node:os";
import type { LoadOutcome } from "./load.ts";
import { byKind, seenIn, type Deploy, type Seen, type Stretch } from "./phases.ts";
import { writeSection } from "./results-file.ts";

/** All figures of `npm run bench -- switch`. */
export interface MeasuredSwitches {
  ours: LoadOutcome & {
    deploys: Deploy[];
    /** The errors of the updates that failed; the bench ran each of these once more. */
    refusals: string[];
  };
  /** The old way, right afterwards on the same platform under the same load. */
  old: LoadOutcome & { deploys: Deploy[] };
  /** How long the load ran before the first deploy. */
  steadyMilliseconds: number;
  /** Number of streams that ended before the drain time of their release was over. */
  early: number;
}

/** Prints the results as ratios to the steady load of the same run, and writes them to `dev/bench/RESULTS.md`. */
export async function reportSwitches(measured: MeasuredSwitches): Promise<void> {
  const text = switchReport(measured, cpus().length);
  process.stdout.write(`\n${text}\n`);
  await writeSection("Results of `npm run bench -- switch`", text);
}

/** The section's text. */
export function switchReport(
  { ours, old, steadyMilliseconds, early }: MeasuredSwitches,
  processors: number,
): string {
  const steady = seenIn(ours.results, [{ start: 0, end: steadyMilliseconds }]);
  const row = (what: string, count: string, seconds: string, seen: Seen) =>
    `| ${[what, count, seconds, seen.requests, seen.failed, ms(seen.p50), ms(seen.p99), ratio(seen.p99, steady.p99), ms(seen.max)].join(" | ")} |`;
  const rowOf = (what: string, outcome: LoadOutcome, deploys: Deploy[]) =>
    row(what, String(deploys.length), median(deploys), seenIn(outcome.results, deploys));
  const of = (what: Deploy["what"]) => ours.deploys.filter((deploy) => deploy.what === what);
  const failed = (outcome: LoadOutcome) =>
    outcome.results.filter(({ failure }) => failure !== undefined).length;
  const ends = (way: string) => ours.results.filter(({ ended }) => ended === way).length;
  return [
    `One run on ${processors} processors, which the platform, Pulumi (with the low priority that \`npm run ops -- deploy\` gives it) and the load share. All of it by TLS. Compare the ratios, not the milliseconds.`,
    "",
    "![Answer times over the run, each deploy as a band](switch.svg)",
    "",
    "| while | deploys | median of each | requests | failed | p50 | p99 | p99 to steady | slowest |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    row("steady load, no deploy", "", "", steady),
    rowOf("switches to the warm standby", ours, of("switch")),
    rowOf("rollbacks", ours, of("rollback")),
    rowOf("tag changes of the active colour, drain included", ours, of("tag change")),
    rowOf("all of them", ours, ours.deploys),
    rowOf("the old way: the gateway's container recreated", old, old.deploys),
    "",
    `Over the whole run ${failed(ours)} of ${ours.results.length} requests, messages and streams failed; by the old way ${failed(old)} of ${old.results.length}, in ${old.deploys.length} recreations.`,
    rowsSentence(ours),
    `${ours.refusals.length} updates failed, which left in place what served, and were run again.`,
    `${ends("farewell")} streams were closed by a release that went away, ${ends("dropped")} by the gateway when a superseded worker's time was up, ${early} of them before the drain time was over.`,
    "",
    "By kind; p99 is of the steady load and of all deploys, so that no kind's slowest answers hide another's:",
    "",
    "| kind | ours: sent | failed | p99 steady | p99 while deploying | ratio | the old way: sent | failed |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...kindRows(ours, old, [{ start: 0, end: steadyMilliseconds }]),
    "",
    ...reasons(ours, old),
  ].join("\n");
}

function rowsSentence({ rows }: LoadOutcome): string {
  return `${rows.written} rows were acknowledged, ${rows.missing.length} of them are missing, ${rows.duplicated.length} are there twice.`;
}

function kindRows(ours: MeasuredSwitches["ours"], old: LoadOutcome, steady: readonly Stretch[]): string[] {
  const oldKinds = byKind(old.results);
  return [...byKind(ours.results)].map(([kind, { requests, failed }]) => {
    const there = oldKinds.get(kind) ?? { requests: 0, failed: 0 };
    const ofKind = ours.results.filter((result) => result.kind === kind);
    const [before, during] = [seenIn(ofKind, steady), seenIn(ofKind, ours.deploys)];
    const times =
      before.p99 > 0 && during.p99 > 0
        ? [ms(before.p99), ms(during.p99), ratio(during.p99, before.p99)]
        : ["", "", ""];
    return `| ${[kind, requests, failed, ...times, there.requests, there.failed].join(" | ")} |`;
  });
}

function reasons(ours: LoadOutcome, old: LoadOutcome): string[] {
  return [...reasonsOf("Failures of ours", ours), ...reasonsOf("Failures by the old way", old)];
}

function reasonsOf(name: string, { results }: LoadOutcome): string[] {
  const counts = new Map<string, number>();
  for (const { failure } of results) {
    if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  }
  const list = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} ${reason}`);
  return list.length === 0 ? [] : [`${name}: ${list.join(", ")}.`];
}

function median(deploys: readonly Deploy[]): string {
  const sorted = deploys.map(({ start, end }) => (end - start) / 1000).sort((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)} s`;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(2)} x`;
}
