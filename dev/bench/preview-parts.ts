import { basename } from "node:path";
import type { Span } from "./trace.ts";

/** The wall time of one preview in consecutive parts, in milliseconds. Their sum is the whole preview. */
export interface PreviewParts {
  /** The CLI and the language host, until the Node of the program starts. */
  cli: number;
  /** Node and Pulumi's own runner, until the runner loads the program. */
  runner: number;
  /** The program's modules with the SDKs, until the first question to the Docker engine or, without one, to Pulumi. */
  imports: number;
  /** Preflight, until Pulumi answers the question about the state. That is one of the last checks of preflight. */
  preflight: number;
  /** The rest of preflight, and the program, which describes every resource before it registers the first one. */
  program: number;
  /** Until the last provider has started. Pulumi may already compare resources in this time. */
  starts: number;
  /** The rest of the resources. */
  resources: number;
  /** The work of the CLI after the program has ended. */
  end: number;
}

/** The figures of one traced preview. Times are milliseconds. */
export interface TracedPreview {
  parts: PreviewParts;
  /** Start time of each provider, by its name. Providers may start at the same time. */
  providers: Record<string, number>;
  /** Number of calls that the providers answered, by kind, and their total time. */
  calls: Record<"Check" | "Diff", { count: number; milliseconds: number }>;
}

const providerProgram = /^pulumi-resource-(.+)$/;

/**
 * Divides a traced preview into its parts.
 *
 * @param firstQuestion time of the program's first question to the engine, in milliseconds since the epoch. Undefined
 *   for a program that asks none: `imports` then lasts until the first resource
 * @throws Error when the program of the trace didn't run to its end
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
