import { answerJson, answerText } from "./answer.ts";
import type { Application, Call } from "./application.ts";

type Status = "UP" | "DOWN" | "OUT_OF_SERVICE";

/**
 * Health and readiness in the form of Spring's actuator. UP means that the database answers and the process is not
 * stopping.
 */
export async function answerHealth(app: Application, call: Call): Promise<void> {
  const database: Status = (await app.database.ping()) ? "UP" : "DOWN";
  const components: Record<string, { status: Status }> = {
    db: { status: database },
    livenessState: { status: "UP" },
    readinessState: { status: app.stopping ? "OUT_OF_SERVICE" : "UP" },
  };
  if (app.settings.fault === "unhealthy") components.fault = { status: "DOWN" };
  answerStatus(call, components);
}

/** Liveness: UP while the process runs, with or without the database. */
export function answerLiveness(_app: Application, call: Call): void {
  answerStatus(call, { livenessState: { status: "UP" } });
}

/** The metrics for Prometheus. */
export async function answerMetrics(app: Application, call: Call): Promise<void> {
  answerText(call.response, 200, app.metrics.contentType, await app.metrics.text());
}

function answerStatus(call: Call, components: Record<string, { status: Status }>): void {
  const statuses = Object.values(components).map((component) => component.status);
  const status = statuses.find((value) => value !== "UP") ?? "UP";
  answerJson(call.response, status === "UP" ? 200 : 503, { status, components });
}
