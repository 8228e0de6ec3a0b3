import { z } from "zod";

/** One span of the CLI's own trace of a Pulumi run. Times are milliseconds since the epoch. */
export interface Span {
  name: string;
  service: string;
  start: number;
  end: number;
  /** The program of the plugin; only spans that start a plugin have it. */
  program?: string;
}

const attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) }))
  .default([]);

const lineSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              attributes,
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Reads the trace that `pulumi --otel-traces file://…` wrote. Spans are in order of start. */
export function parseTrace(text: string): Span[] {
  const lines = text.trim().split("\n");
  const spans = lines.flatMap((line) =>
    lineSchema.parse(JSON.parse(line)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = valueOf(resource.attributes, "service.name") ?? "";
      return scopeSpans.flatMap((scope) =>
        scope.spans.map((span): Span => {
          const program = valueOf(span.attributes, "bin");
          return {
            name: span.name,
            service,
            start: milliseconds(span.startTimeUnixNano),
            end: milliseconds(span.endTimeUnixNano),
            ...(program !== undefined && { program }),
          };
        }),
      );
    }),
  );
  return spans.sort((a, b) => a.start - b.start);
}

function valueOf(list: z.infer<typeof attributes>, wanted: string): string | undefined {
  return list.find(({ key }) => key === wanted)?.value.stringValue;
}

// Rounds down to microseconds first: a number can't hold nanoseconds since the epoch exactly.
function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}
