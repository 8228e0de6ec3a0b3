import assert from "node:assert/strict";
import type Docker from "dockerode";
import { waitUntilHealthy } from "../../../gateway/target.ts";
import { FakeContainer } from "../support/fake-container.ts";

describe("the target of a route", () => {
  /** An engine with one container. Its last health check was long ago. */
  const engineWith = (status: string, exitCode: number): Docker => {
    const { container } = new FakeContainer(() => ({ exitCode }));
    const found = {
      State: { Running: true, Health: { Status: status, Log: [{ End: "2026-01-01T00:00:00Z" }] } },
      Config: { Healthcheck: { Test: ["CMD", "check"], Interval: 1e9, Timeout: 1e9 } },
    };
    container.inspect = () => Promise.resolve(found) as unknown as ReturnType<typeof container.inspect>;
    return { getContainer: () => container } as unknown as Docker;
  };

  it("is healthy by the engine's word", async () => {
    await waitUntilHealthy(engineWith("healthy", 1), "backend-blue");
  });

  it("is healthy by its own check where the engine no longer asks", async () => {
    await waitUntilHealthy(engineWith("unhealthy", 0), "backend-blue");
  });

  it("is not, where that check fails too", async () => {
    await assert.rejects(
      waitUntilHealthy(engineWith("unhealthy", 1), "backend-blue", 0.1),
      /the route was not moved: its target backend-blue is unhealthy/,
    );
  });
});
