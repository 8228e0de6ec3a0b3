import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container, ContainerInspectInfo } from "dockerode";
import { isForgotten, passesCheck } from "../../../engine/health.ts";
import { refusal } from "../support/fake-docker.ts";
import { FakeContainer, type Answer } from "../support/fake-container.ts";

const second = 1e9;
const end = Date.parse("2026-01-01T00:00:00Z");

function inspected(over: { status?: string; running?: boolean; test?: string[] } = {}): ContainerInspectInfo {
  const { status = "unhealthy", running = true, test = ["CMD", "curl", "http://127.0.0.1/health"] } = over;
  return {
    State: { Running: running, Health: { Status: status, Log: [{ End: new Date(end).toISOString() }] } },
    Config: { Healthcheck: { Test: test, Interval: second, Timeout: 3 * second } },
  } as unknown as ContainerInspectInfo;
}

describe("a container that the engine no longer asks", () => {
  const late = end + 18_001;

  it("is one that it found unhealthy, longer ago than any check of it takes", () => {
    assert.equal(isForgotten(inspected(), late), true);
    assert.equal(isForgotten(inspected(), end + 18_000), false);
  });

  it("is by the engine's own half a minute each, where its check names no times", () => {
    for (const times of [{}, { Interval: 0, Timeout: 0 }]) {
      const without = inspected();
      without.Config.Healthcheck = { Test: ["CMD", "check"], ...times };
      assert.equal(isForgotten(without, end + 130_000), false);
      assert.equal(isForgotten(without, end + 130_001), true);
    }
  });

  it("is none that is healthy, starting or stopped, or has no check", () => {
    assert.equal(isForgotten(inspected({ status: "healthy" }), late), false);
    assert.equal(isForgotten(inspected({ status: "starting" }), late), false);
    assert.equal(isForgotten(inspected({ running: false }), late), false);
    const without = { State: { Running: true }, Config: {} } as unknown as ContainerInspectInfo;
    assert.equal(isForgotten(without, late), false);
  });

  const asked = async (answer: Answer, test?: string[]) => {
    const fake = new FakeContainer(() => answer);
    const passes = await passesCheck(fake.container, inspected(test && { test }));
    return { passes, argv: fake.calls[0]?.argv };
  };

  it("is asked by its own check", async () => {
    const argv = ["curl", "http://127.0.0.1/health"];
    assert.deepEqual(await asked({}), { passes: true, argv });
    assert.deepEqual(await asked({ exitCode: 22 }), { passes: false, argv });
    assert.deepEqual(await asked({}, ["CMD-SHELL", "a && b"]), {
      passes: true,
      argv: ["/bin/sh", "-c", "a && b"],
    });
    assert.deepEqual(await asked({}, ["NONE"]), { passes: false, argv: undefined });
  });

  it("gets the engine's own time where its check names none", async () => {
    const fake = new FakeContainer();
    const zero = inspected();
    zero.Config.Healthcheck = { Test: ["CMD", "check"], Timeout: 0 };
    const exec = fake.container.exec.bind(fake.container);
    const slow = Object.assign(fake.container, {
      exec: async (options: object) => {
        await sleep(20);
        return await exec(options);
      },
    });
    assert.equal(await passesCheck(slow, zero), true);
  });

  it("fails its check where it has ended, or was removed meanwhile", async () => {
    const refusing = (status: number) =>
      ({ exec: () => Promise.reject(refusal(status, "no")) }) as unknown as Container;
    for (const status of [404, 409])
      assert.equal(await passesCheck(refusing(status), inspected()), false, String(status));
    await assert.rejects(passesCheck(refusing(500), inspected()));
  });
});
