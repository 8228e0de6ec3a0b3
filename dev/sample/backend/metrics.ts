import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Prometheus scrapes, under the names that Spring's actuator uses. */
export interface Metrics {
  contentType: string;
  /** Notes one answered request; `uri` is the route's template, so that ids make no series. */
  observe(method: string, uri: string, status: number, seconds: number): void;
  text(): Promise<string>;
}

/** A registry of its own, with the process metrics of Node besides. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "http_server_requests_seconds",
    help: "Time from a request's head to the end of its answer",
    labelNames: ["method", "uri", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
    registers: [registry],
  });
  new Gauge({
    name: "process_uptime_seconds",
    help: "Time since the process started",
    registers: [registry],
    collect() {
      this.set(process.uptime());
    },
  });
  return {
    contentType: registry.contentType,
    observe: (method, uri, status, seconds) => {
      requests.observe({ method, uri, status: String(status) }, seconds);
    },
    text: () => registry.metrics(),
  };
}
