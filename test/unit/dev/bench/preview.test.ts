import assert from "node:assert/strict";
import { divide, type TracedPreview } from "../../../../dev/bench/preview-parts.ts";
import { previewReport } from "../../../../dev/bench/preview-report.ts";
import { parseTrace, type Span } from "../../../../dev/bench/trace.ts";

const cli = (name: string, start: number, end: number, program?: string): Span => ({
  name,
  service: "pulumi-cli",
  start,
  end,
  ...(program !== undefined && { program }),
});

/** A preview from 1000 to 2000: Node starts at 1100, the program ends at 1900. */
const spans: Span[] = [
  cli("pulumi", 1000, 2000),
  cli("newPlugin", 1010, 1050, "/bin/pulumi-language-nodejs"),
  cli("run-program", 1080, 1900),
  { name: "execNodejs", service: "opentracing-plugin", start: 1100, end: 1890 },
  cli("pulumirpc.ResourceMonitor/RegisterResource", 1195, 1196),
  cli("pulumirpc.Engine/SetRootResource", 1199, 1200),
  cli("pulumirpc.ResourceMonitor/Invoke", 1400, 1420),
  cli("pulumirpc.ResourceMonitor/RegisterResource", 1500, 1600),
  cli("newPlugin", 1501, 1580, "/plugins/pulumi-resource-docker"),
  cli("newPlugin", 1600, 1650, "/plugins/pulumi-resource-random"),
  cli("pulumirpc.ResourceProvider/Diff", 1700, 1720),
  cli("pulumirpc.ResourceProvider/Diff", 1720, 1730),
  { name: "pulumirpc.ResourceProvider/Diff", service: "docker", start: 1701, end: 1719 },
];

describe("bench: the parts of a preview", () => {
  it("follow each other and make up the whole", () => {
    const { parts } = divide(spans, 1350);
    assert.deepEqual(parts, {
      cli: 100,
      runner: 100,
      imports: 150,
      preflight: 70,
      program: 80,
      starts: 150,
      resources: 250,
      end: 100,
    });
  });

  it("have no preflight where nothing is asked, and no resources where there are none", () => {
    const empty = spans.filter(({ start }) => start < 1400);
    const { parts, providers } = divide(empty);
    assert.deepEqual(providers, {});
    assert.equal(parts.imports, 700);
    assert.deepEqual([parts.preflight, parts.program, parts.starts, parts.resources], [0, 0, 0, 0]);
  });

  it("show each provider's start, and what providers answered as the CLI saw it", () => {
    const { providers, calls } = divide(spans, 1350);
    assert.deepEqual(providers, { docker: 79, random: 50 });
    assert.deepEqual(calls, {
      Check: { count: 0, milliseconds: 0 },
      Diff: { count: 2, milliseconds: 30 },
    });
  });

  it("aren't guessed of a trace that lacks one", () => {
    assert.throws(() => divide(spans.filter(({ name }) => name !== "run-program")), /no span of the program/);
  });
});

describe("bench: the CLI's trace", () => {
  it("is read line by line, in order of start, with the program of a plugin", () => {
    const line = (service: string, name: string, start: string, attributes?: object[]): string =>
      JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    name,
                    startTimeUnixNano: start,
                    endTimeUnixNano: "1795941974150123683",
                    ...(attributes && { attributes }),
                  },
                ],
              },
            ],
          },
        ],
      });
    const text = [
      line("pulumi-cli", "newPlugin", "1795941974150116079", [
        { key: "attachDebugger", value: { boolValue: false } },
        { key: "bin", value: { stringValue: "/bin/pulumi-language-nodejs" } },
      ]),
      line("random", "pf.Diff", "1795941974149000000"),
    ].join("\n");
    assert.deepEqual(parseTrace(`${text}\n`), [
      { name: "pf.Diff", service: "random", start: 1795941974149, end: 1795941974150.123 },
      {
        name: "newPlugin",
        service: "pulumi-cli",
        start: 1795941974150.116,
        end: 1795941974150.123,
        program: "/bin/pulumi-language-nodejs",
      },
    ]);
  });
});

describe("bench: the report on previews", () => {
  const preview = (times: number): TracedPreview => {
    const { parts, providers, calls } = divide(spans, 1350);
    const scaled = Object.entries(parts).map(([part, value]) => [part, value * times]);
    return { parts: Object.fromEntries(scaled) as typeof parts, providers, calls };
  };
  const measured = (median: number, times: number) => ({
    times: { median, min: median, max: median, runs: 3 },
    traced: [preview(times), preview(times), preview(times * 9)],
  });

  it("has ratios to the empty program of the same run", () => {
    const text = previewReport(
      { empty: measured(1, 1), providers: measured(1.5, 1), platform: measured(3, 2) },
      2,
    );
    assert.match(text, /\| the platform \| 3\.00 s \| .* \| 3 \| 3\.00 x \| 2\.00 x \|/);
    assert.match(text, /\| preflight, .* \| 0\.07 x \| 0\.07 x \| 0\.14 x \|/);
    assert.match(text, /\| together \| 1\.00 x \| 1\.00 x \| 2\.00 x \|/);
    assert.match(text, /\| start of the provider docker \| 0\.08 x \|/);
    assert.match(text, /0 checks and 2 comparisons/);
  });
});
