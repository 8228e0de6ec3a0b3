import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestPlatform } from "../platform/platform.ts";
import { BaselineProgram } from "./baseline-program.ts";
import { noteVariable } from "./first-question.ts";
import { measure, summarise } from "./measure.ts";
import { divide, type TracedPreview } from "./preview-parts.ts";
import { reportPreviews, type PreviewMeasured } from "./preview-report.ts";
import { pulumi, say } from "./pulumi.ts";
import { parseTrace } from "./trace.ts";

const runs = 7;

type Preview = (options: readonly string[], environment: Record<string, string>) => Promise<void>;

/**
 * Measures where a no-op preview spends its time, compared with an empty program and one that only starts the same
 * providers. The programs take turns: a busy machine then slows all of them alike.
 */
export async function previewBench(): Promise<void> {
  const empty = new BaselineProgram("empty");
  const providers = new BaselineProgram("providers");
  const platform = await TestPlatform.create("bench-preview");
  try {
    say("bringing a platform up, and the programs to compare it with");
    await platform.up();
    await empty.create();
    await providers.create();
    const previews: Record<keyof PreviewMeasured, Preview> = {
      empty: (options, environment) => empty.preview(options, environment),
      providers: (options, environment) => providers.preview(options, environment),
      platform: (options, environment) => pulumi(platform, ["preview", ...options], environment),
    };
    await reportPreviews(await inTurn(previews));
  } finally {
    await empty.remove();
    await providers.remove();
    await platform.remove();
  }
}

async function inTurn(previews: Record<keyof PreviewMeasured, Preview>): Promise<PreviewMeasured> {
  const names = ["empty", "providers", "platform"] as const;
  const seconds = { empty: [] as number[], providers: [] as number[], platform: [] as number[] };
  const traced = {
    empty: [] as TracedPreview[],
    providers: [] as TracedPreview[],
    platform: [] as TracedPreview[],
  };
  for (const name of names) await previews[name]([], {});
  for (let run = 0; run < runs; run += 1) {
    say(`previews in turn, ${run + 1} of ${runs}`);
    for (const name of names) {
      seconds[name].push((await measure(1, () => previews[name]([], {}))).median);
      traced[name].push(await trace(previews[name]));
    }
  }
  const of = (name: keyof PreviewMeasured) => ({ times: summarise(seconds[name]), traced: traced[name] });
  return { empty: of("empty"), providers: of("providers"), platform: of("platform") };
}

/** Deletes the trace once it is read: it contains the inputs of the providers, secrets included. */
async function trace(preview: Preview): Promise<TracedPreview> {
  const folder = await mkdtemp(join(tmpdir(), "webnet-bench-"));
  const [spans, note] = [join(folder, "spans"), join(folder, "first-question")];
  try {
    await preview(["--otel-traces", `file://${spans}`], {
      NODE_OPTIONS: `--import=${import.meta.resolve("./first-question.ts")}`,
      [noteVariable]: note,
    });
    const asked = await readFile(note, "utf8").catch(() => undefined);
    return divide(parseTrace(await readFile(spans, "utf8")), asked === undefined ? undefined : Number(asked));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
