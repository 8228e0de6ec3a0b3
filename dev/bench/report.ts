import { cpus } from "node:os";
import type { Loss } from "./loss.ts";
import type { Times } from "./measure.ts";
import { writeSection } from "./results-file.ts";

/** Everything that one run of the bench measured. */
export interface Measured {
  emptyPreview: Times;
  providersPreview: Times;
  preview: Times;
  noOpUp: Times;
  switching: Times;
  rollback: Times;
  tagChange: Times;
  reload: Times;
  composeNoOp: Times;
  ourSwitch: Loss;
  oldWay: Loss;
}

/** Prints the results as ratios to the baselines of the same run, and writes them to `dev/bench/RESULTS.md`. */
export async function report(measured: Measured): Promise<void> {
  const { emptyPreview, reload, noOpUp } = measured;
  const row = (name: string, times: Times) =>
    [
      name,
      `${times.median.toFixed(2)} s`,
      `${times.min.toFixed(2)}–${times.max.toFixed(2)} s`,
      String(times.runs),
      `${(times.median / emptyPreview.median).toFixed(2)} x`,
      `${(times.median / noOpUp.median).toFixed(2)} x`,
      `${(times.median / reload.median).toFixed(0)} x`,
    ].join(" | ");
  const lossRow = (name: string, loss: Loss) =>
    [name, `${loss.seconds.toFixed(1)} s`, loss.sent, loss.failed, `${loss.p99.toFixed(0)} ms`].join(" | ");
  const text = [
    `One run on ${cpus().length} processors. Times are wall times of the whole command; compare the ratios, not the seconds.`,
    "",
    "| what | median | range | runs | to an empty program's preview | to a no-op `up` | to a bare `nginx -s reload` |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...[
      row("empty program: `pulumi preview`", emptyPreview),
      row("one resource of each provider: no-op `pulumi preview`", measured.providersPreview),
      row("no-op `pulumi preview`", measured.preview),
      row("no-op `pulumi up`", noOpUp),
      row("switch to the warm standby", measured.switching),
      row("rollback", measured.rollback),
      row("tag change of the active colour, drain included", measured.tagChange),
      row("bare `nginx -s reload`", reload),
      row("no-op `docker compose up` of as many containers", measured.composeNoOp),
    ].map((cells) => `| ${cells} |`),
    "",
    "Under 50 kept connections:",
    "",
    "| what | took | requests sent | failed | p99 |",
    "| --- | --- | --- | --- | --- |",
    `| ${lossRow("our switch", measured.ourSwitch)} |`,
    `| ${lossRow("the gateway's container recreated (the old way)", measured.oldWay)} |`,
    "",
  ].join("\n");
  process.stdout.write(`\n${text}`);
  await writeSection("Results of `npm run bench`", text);
}
