/** What Prometheus knows of one release's requests over some time. */
export interface Figures {
  requests: number;
  errors: number;
  /** The time that 95 of 100 requests took at most, in seconds; undefined where no histogram says so. */
  p95Seconds: number | undefined;
}

/** When a release is broken; see the settings `bake.*`. */
export interface Thresholds {
  minimumRequests: number;
  errorRatePercent: number;
  p95Factor: number;
  p95FloorMilliseconds: number;
}

/** What was found at one look: what is broken for good, what looks slow, and what could not be judged. */
export interface Judgement {
  /** Too many requests failed. */
  errors?: string;
  /** Slower than before; one look alone may have met a program that warms up. */
  latency?: string;
  /** Whether there were requests enough to judge by. */
  hasRequests: boolean;
  /** Why something is not judged. */
  unknown: string[];
}

const metric = "http_server_requests_seconds";
/** Health checks and scrapes are not what users do, and would thin a failure out. */
const noActuator = 'uri!~"(/.*)?/actuator(/.*)?"';

/**
 * The queries for a release's figures.
 *
 * @param instance `address:port`, by which Prometheus tells two containers of the same colour apart
 * @param seconds how far back from the moment that is asked about
 */
export function figureQueries(instance: string, seconds: number): Record<keyof Figures, string> {
  const over = (series: string, ...more: string[]) =>
    `increase(${metric}_${series}{${[`instance="${instance}"`, noActuator, ...more].join(",")}}[${seconds}s])`;
  return {
    requests: `sum(${over("count")})`,
    errors: `sum(${over("count", 'status=~"5.."')})`,
    p95Seconds: `histogram_quantile(0.95, sum by (le) (${over("bucket")}))`,
  };
}

/** Compares a release with the one before it; `before` is undefined where nothing is known of that. */
export function judge(now: Figures, before: Figures | undefined, thresholds: Thresholds): Judgement {
  const { minimumRequests, errorRatePercent } = thresholds;
  if (now.requests < minimumRequests) {
    return {
      hasRequests: false,
      unknown: [`${Math.round(now.requests)} requests are too few to judge by, under ${minimumRequests}`],
    };
  }
  const comparable = before !== undefined && before.requests >= minimumRequests ? before : undefined;
  const usual = comparable === undefined ? 0 : errorPercent(comparable);
  const found = errorPercent(now);
  const { latency, unknown } = judgeLatency(now, comparable, thresholds);
  return {
    ...(found > usual + errorRatePercent && {
      errors:
        `${found.toFixed(1)} % of ${Math.round(now.requests)} requests failed ` +
        `(before: ${usual.toFixed(1)} %, allowed: ${errorRatePercent} % more)`,
    }),
    ...(latency !== undefined && { latency }),
    hasRequests: true,
    unknown,
  };
}

/** The figures in a few words. */
export function describeFigures(figures: Figures): string {
  const p95 = figures.p95Seconds === undefined ? "unknown" : milliseconds(figures.p95Seconds);
  return `${Math.round(figures.requests)} requests, ${errorPercent(figures).toFixed(1)} % failed, p95 ${p95}`;
}

function judgeLatency(
  now: Figures,
  before: Figures | undefined,
  { p95Factor, p95FloorMilliseconds, minimumRequests }: Thresholds,
): { latency?: string; unknown: string[] } {
  if (before === undefined)
    return {
      unknown: [`nothing to compare the latency with: under ${minimumRequests} requests before the deploy`],
    };
  if (now.p95Seconds === undefined || before.p95Seconds === undefined)
    return { unknown: [`no latency: the backend has no histogram ${metric}_bucket`] };
  const allowed = Math.max(before.p95Seconds * p95Factor, p95FloorMilliseconds / 1000);
  if (now.p95Seconds <= allowed) return { unknown: [] };
  return {
    latency:
      `95 of 100 requests took up to ${milliseconds(now.p95Seconds)} ` +
      `(before: ${milliseconds(before.p95Seconds)}, allowed: ${milliseconds(allowed)})`,
    unknown: [],
  };
}

function errorPercent({ requests, errors }: Figures): number {
  return requests > 0 ? (errors / requests) * 100 : 0;
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}
