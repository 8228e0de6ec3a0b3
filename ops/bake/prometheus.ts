import type Docker from "dockerode";
import { z } from "zod";
import { execIn } from "../../engine/exec.ts";
import { readJson } from "../../settings/json.ts";
import { prometheusPort } from "../../services/prometheus.ts";
import { prometheusContainerName } from "../../workload/names.ts";
import { figureQueries, type Figures } from "./figures.ts";

const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

const alertsSchema = z.object({
  data: z.object({
    alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })),
  }),
});

const answerSeconds = 5;

/**
 * Queries Prometheus from inside the gateway's container. The Prometheus port is only reachable on the engine's host,
 * which may be another host than the operator's.
 */
export class Prometheus {
  readonly #gateway: Docker.Container;
  readonly #url: string;

  constructor(gateway: Docker.Container, prefix: string) {
    this.#gateway = gateway;
    this.#url = `http://${prometheusContainerName(prefix)}:${prometheusPort}/api/v1`;
  }

  /**
   * Returns a release's figures up to now, by Prometheus's clock: the operator's clock may differ.
   *
   * @param instances `address:port` of each container of the release's backend
   * @throws Error if Prometheus doesn't answer
   */
  async figures(instances: readonly string[], seconds: number): Promise<Figures> {
    const queries = figureQueries(instances, seconds);
    const [requests, errors, p95Seconds] = await Promise.all([
      this.#value(queries.requests),
      this.#value(queries.errors),
      this.#value(queries.p95Seconds),
    ]);
    return { requests: requests ?? 0, errors: errors ?? 0, p95Seconds };
  }

  /** Returns the alerts that fire now, each with its labels. Empty if there are no alert rules. */
  async firingAlerts(): Promise<string[]> {
    const { data } = alertsSchema.parse(await this.#ask("alerts"));
    return data.alerts.filter(({ state }) => state === "firing").map(({ labels }) => describeAlert(labels));
  }

  async #value(query: string): Promise<number | undefined> {
    return readValue(await this.#ask("query", { query }));
  }

  async #ask(path: string, parameters: Record<string, string> = {}): Promise<unknown> {
    const data = Object.entries(parameters).flatMap(([name, value]) => [
      "--data-urlencode",
      `${name}=${value}`,
    ]);
    const argv = ["curl", "-sS", "--fail", "--max-time", String(answerSeconds), "--get", ...data];
    const { exitCode, stdout, stderr } = await execIn(this.#gateway, [...argv, `${this.#url}/${path}`]);
    if (exitCode !== 0) throw new Error(`Prometheus doesn't answer: ${stderr.trim()}`);
    return readJson(z.unknown(), stdout, "Prometheus's answer");
  }
}

/** Returns the number in an answer. Undefined if there is none, for example for a quantile without requests. */
export function readValue(answer: unknown): number | undefined {
  const [first] = answerSchema.parse(answer).data.result;
  const value = Number(first?.value[1]);
  return Number.isNaN(value) ? undefined : value;
}

function describeAlert({ alertname, ...labels }: Record<string, string>): string {
  const rest = Object.entries(labels)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([name, value]) => `${name}="${value}"`);
  return `${alertname ?? "an alert without a name"}{${rest.join(", ")}}`;
}
