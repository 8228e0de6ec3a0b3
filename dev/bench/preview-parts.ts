import { basename } from "node:path";
import type { Span } from "./trace.ts";

/** Where the wall time of one preview went: parts that follow each other and make up the whole, in milliseconds. */
export interface PreviewParts {
  /** The CLI and the language host, until the program's Node starts. */
  cli: number;
  /** Node and Pulumi's own runner, until the program itself is loaded. */
  runner: number;
  /** The program's modules, SDKs included, until it asks the Docker engine or else Pulumi for the first time. */
  imports: number;
  /** Preflight, until Pulumi has answered its question about the state, which is among its last. */
  preflight: number;
  /** The rest of preflight and the program itself, which describes every resource before the first is asked for. */
  program: number;
  /** Until the last of the providers is there; resources may be compared meanwhile. */
  starts: number;
  /** The rest of the resources. */
  resources: number;
  /** What the CLI still does behind the program. */
  end: number;
}

/** What one traced preview shows. */
export interface TracedPreview {
  parts: PreviewParts;
  /** How long each provider took to start, by its name; some of it beside others. */
  providers: Record<string, number>;
  /** How many calls of each kind providers answered, and how long these took in all. */
  calls: Record<"Check" | "Diff", { count: number; milliseconds: number }>;
}

const providerProgram = /^pulumi-resource-(.+)$/;

/**
 * Divides a traced preview.
 *
 * @param firstQuestion when the program asked the engine for the first time, in milliseconds since the epoch; undefined
 *   where it asks none: all before the first resource is then imports
 * @throws Error where the trace isn't one of a program that ran to its end
 */
export function divide(spans: readonly Span[], firstQuestion?: number): TracedPreview {
  const ofCli = spans.filter(({ service }) => service === "pulumi-cli");
  const one = (found: Span | undefined, what: string): Span => {
    if (found === undefined) throw new Error(`the trace has no ${what}`);
    return found;
  };
  const whole = one(
    ofCli.find(({ name }) => name === "pulumi"),
    "span of the CLI",
  );
  const program = one(
    ofCli.find(({ name }) => name === "run-program"),
    "span of the program",
  );
  const node = spans.find(({ name }) => name === "execNodejs") ?? program;
  const root = one(
    ofCli.find(({ name }) => name.endsWith("/SetRootResource")),
    "root resource",
  );
  const first = ofCli.find(({ name, start }) => name.endsWith("/RegisterResource") && start > root.start);
  const starts = ofCli.filter(
    (span) => span.name === "newPlugin" && providerProgram.test(basename(span.program ?? "")),
  );
  const made = first?.start ?? program.end;
  const started = Math.max(made, ...starts.map(({ end }) => end));
  const asked = firstQuestion ?? made;
  const answers = ofCli.filter(({ name, end }) => name.endsWith("ResourceMonitor/Invoke") && end < made);
  const answered = Math.max(asked, ...answers.map(({ end }) => end));
  return {
    parts: {
      cli: node.start - whole.start,
      runner: root.end - node.start,
      imports: asked - root.end,
      preflight: answered - asked,
      program: made - answered,
      starts: started - made,
      resources: program.end - started,
      end: whole.end - program.end,
    },
    providers: Object.fromEntries(
      starts.map(({ program: file = "", start, end }) => [
        providerProgram.exec(basename(file))?.[1] ?? "",
        end - start,
      ]),
    ),
    calls: { Check: calls(ofCli, "Check"), Diff: calls(ofCli, "Diff") },
  };
}

function calls(spans: readonly Span[], name: string): { count: number; milliseconds: number } {
  const found = spans.filter((span) => span.name.endsWith(`ResourceProvider/${name}`));
  return {
    count: found.length,
    milliseconds: found.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}
