import { z } from "zod";

/** A stretch of a Pulumi run as the CLI's own trace has it. Times are milliseconds since the epoch. */
export interface Span {
  name: string;
  service: string;
  start: number;
  end: number;
  /** The program that a started plugin runs; only such spans have it. */
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

/** Reads what `pulumi --otel-traces file://…` wrote, in order of start. */
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

// By whole microseconds: a number can't hold the nanoseconds.
function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}
