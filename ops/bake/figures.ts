/** Figures from Prometheus about one release's requests over some time. */
export interface Figures {
  requests: number;
  errors: number;
  /** The 95th percentile of the request time, in seconds. Undefined if there is no histogram. */
  p95Seconds: number | undefined;
}

/** The limits beyond which a release is broken. See the settings `bake.*`. */
export interface Thresholds {
  minimumRequests: number;
  errorRatePercent: number;
  p95Factor: number;
  p95FloorMilliseconds: number;
}

/** The result of one look: what is broken, what looks slow, and what it could not judge. */
export interface Judgement {
  /** Set if too many requests failed. The release is broken. */
  errors?: string;
  /** Set if the release is slower than before. In a single look it may still be warming up. */
  latency?: string;
  /** True if there were enough requests to judge. */
  hasRequests: boolean;
  /** What the look could not judge, and why. */
  unknown: string[];
}

const metric = "http_server_requests_seconds";
/** Excludes health checks and scrapes: they are no user requests, and would dilute the errors. */
const noActuator = 'uri!~"(/.*)?/actuator(/.*)?"';

/**
 * Returns the queries for a release's figures.
 *
 * @param instances `address:port` of each of its containers. Prometheus uses it to tell two releases of the same colour apart
 * @param seconds how far the query looks back
 */
export function figureQueries(instances: readonly string[], seconds: number): Record<keyof Figures, string> {
  const instance = instances.join("|").replaceAll(".", String.raw`\\.`);
  const over = (series: string, ...more: string[]) =>
    `increase(${metric}_${series}{${[`instance=~"${instance}"`, noActuator, ...more].join(",")}}[${seconds}s])`;
  return {
    requests: `sum(${over("count")})`,
    errors: `sum(${over("count", 'status=~"5.."')})`,
    p95Seconds: `histogram_quantile(0.95, sum by (le) (${over("bucket")}))`,
  };
}

/** Compares a release with the one before it. `before` is undefined if there are no figures of that one. */
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

/** Describes the figures in a few words. */
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
