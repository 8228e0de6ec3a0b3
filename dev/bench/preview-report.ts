import { cpus } from "node:os";
import { summarise, type Times } from "./measure.ts";
import type { PreviewParts, TracedPreview } from "./preview-parts.ts";
import { writeSection } from "./results-file.ts";

/** Durations of one program's previews, and the parts of the traced ones. */
export interface Previews {
  times: Times;
  traced: readonly TracedPreview[];
}

/** All figures of the bench, by program. */
export interface PreviewMeasured {
  empty: Previews;
  providers: Previews;
  platform: Previews;
}

const parts: Readonly<Record<keyof PreviewParts, string>> = {
  cli: "the CLI and the language host, until the program's Node starts",
  runner: "Node and Pulumi's runner, until the program is loaded",
  imports: "the program's modules, with the SDKs and the settings",
  preflight: "preflight, from its first question to what the state knows",
  program: "the rest of preflight, and the description of every resource",
  starts: "until the last provider has started",
  resources: "the resources, one check and one comparison after another",
  end: "what the CLI does behind the program",
};

/** Prints the results and writes them to `dev/bench/RESULTS.md`. */
export async function reportPreviews(measured: PreviewMeasured): Promise<void> {
  const text = previewReport(measured, cpus().length);
  process.stdout.write(`\n${text}`);
  await writeSection("Results of `npm run bench -- preview`", text);
}

/** The text of the section: results as ratios, with explanations. */
export function previewReport(measured: PreviewMeasured, processors: number): string {
  const { empty, providers, platform } = measured;
  const whole = (name: string, { times }: Previews) =>
    [
      name,
      `${times.median.toFixed(2)} s`,
      `${times.min.toFixed(2)}–${times.max.toFixed(2)} s`,
      String(times.runs),
      ratio(times.median / empty.times.median),
      ratio(times.median / providers.times.median),
    ].join(" | ");
  const emptyTraced = medianOf(empty.traced, wholeOf);
  const cells = (pick: (preview: TracedPreview) => number) =>
    [empty, providers, platform].map(({ traced }) => ratio(medianOf(traced, pick) / emptyTraced)).join(" | ");
  const names = [...new Set(platform.traced.flatMap((preview) => Object.keys(preview.providers)))].sort();
  const { Check, Diff } = platform.traced.at(-1)?.calls ?? {};
  return [
    `One run on ${processors} processors; the three programs took turns. Nothing was to be done in any of them. Compare the ratios, not the seconds.`,
    "",
    "| `pulumi preview` of | median | range | runs | to the empty program | to the three providers' |",
    "| --- | --- | --- | --- | --- | --- |",
    `| ${whole("an empty program", empty)} |`,
    `| ${whole("one resource of each of the three providers", providers)} |`,
    `| ${whole("the platform", platform)} |`,
    "",
    "Where it goes, by the CLI's own traces; 1.00 x is the whole traced preview of the empty program. The parts follow each other.",
    "",
    "| part | empty | three providers | platform |",
    "| --- | --- | --- | --- |",
    ...Object.entries(parts).map(
      ([part, words]) => `| ${words} | ${cells((preview) => preview.parts[part as keyof PreviewParts])} |`,
    ),
    `| together | ${cells(wholeOf)} |`,
    "",
    "Within these, some of it side by side:",
    "",
    "| | empty | three providers | platform |",
    "| --- | --- | --- | --- |",
    ...names.map(
      (name) => `| start of the provider ${name} | ${cells((preview) => preview.providers[name] ?? 0)} |`,
    ),
    `| providers' checks of inputs | ${cells((preview) => preview.calls.Check.milliseconds)} |`,
    `| providers' comparisons | ${cells((preview) => preview.calls.Diff.milliseconds)} |`,
    "",
    `The platform's are ${Check?.count ?? 0} checks and ${Diff?.count ?? 0} comparisons. Pulumi's engine takes one resource after another, and starts a provider when its first resource comes: this grows with the number of resources, and with the size of the containers' descriptions, over which the Docker provider takes longest. Of the description of the resources half is the SDK's, which reads the stack of every promise that it makes.`,
    "",
  ].join("\n");
}

function wholeOf({ parts: all }: TracedPreview): number {
  return Object.values<number>({ ...all }).reduce((sum, part) => sum + part, 0);
}

function medianOf(previews: readonly TracedPreview[], pick: (preview: TracedPreview) => number): number {
  return summarise(previews.map(pick)).median;
}

function ratio(value: number): string {
  return `${value.toFixed(2)} x`;
}
