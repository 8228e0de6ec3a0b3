import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The metrics for Prometheus, under the names of Spring's actuator. */
export interface Metrics {
  contentType: string;
  /** Records one answered request. `uri` is the template of the route: with ids in it, each would be a series. */
  observe(method: string, uri: string, status: number, seconds: number): void;
  text(): Promise<string>;
}

/** Creates the metrics in their own registry, together with the process metrics of Node. */
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
