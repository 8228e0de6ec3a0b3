import assert from "node:assert/strict";
import type { ContainerInspectInfo } from "dockerode";
import { containerVerdict, verdictNow } from "../../../engine/verdict.ts";
import { FakeContainer } from "../support/fake-container.ts";

type State = Partial<Omit<ContainerInspectInfo["State"], "Health">> & { Health?: { Status: string } };

const inspected = (state: State, RestartCount = 0) =>
  ({
    State: { Status: "running", Running: true, Restarting: false, ExitCode: 0, OOMKilled: false, ...state },
    RestartCount,
  }) as unknown as ContainerInspectInfo;

const health = (Status: string): State => ({ Health: { Status } });

/** No exit code: the engine has reset it to 0. */
const restarted = "exited, and the engine started it again";

const verdicts: [string, ContainerInspectInfo | undefined, number, string][] = [
  ["healthy", inspected(health("healthy")), 0, "healthy"],
  ["healthy after restarts before the gate", inspected(health("healthy"), 3), 3, "healthy"],
  ["starting", inspected(health("starting")), 0, "starting"],
  ["created and not started", inspected({ Status: "created", Running: false }), 0, "starting"],
  ["running without a health check", inspected({}), 0, "starting"],
  ["unhealthy", inspected(health("unhealthy")), 0, "turned unhealthy"],
  ["exited", inspected({ Status: "exited", ExitCode: 1 }), 0, "exited with code 1"],
  ["dead", inspected({ Status: "dead", ExitCode: 255 }), 0, "exited with code 255"],
  [
    "out of memory",
    inspected({ Status: "exited", ExitCode: 137, OOMKilled: true }),
    0,
    "exited with code 137 (out of memory)",
  ],
  ["about to be restarted", inspected({ Restarting: true, ExitCode: 3 }), 0, "exited with code 3"],
  ["restarted since the gate began", inspected(health("healthy"), 1), 0, restarted],
  ["restarted once more", inspected(health("starting"), 4), 3, restarted],
  ["gone", undefined, 0, "is gone from the engine"],
];

describe("a gate's verdict", () => {
  for (const [what, container, restartsBefore, verdict] of verdicts) {
    it(`of a container that is ${what}: ${verdict}`, () => {
      assert.equal(containerVerdict(container, restartsBefore), verdict);
    });
  }
});

describe("the verdict of a container as it is now", () => {
  const now = async (found: ContainerInspectInfo, checkExitCode: number) => {
    const fake = new FakeContainer(() => ({ exitCode: checkExitCode }));
    const container = Object.assign(fake.container, { inspect: () => Promise.resolve(found) });
    return { verdict: await verdictNow(container, 0), checks: fake.calls.length };
  };
  const askedLast = (End: Date) =>
    ({
      ...inspected({ Health: { Status: "unhealthy", Log: [{ End }] } as never }),
      Config: { Healthcheck: { Test: ["CMD", "check"] } },
    }) as unknown as ContainerInspectInfo;

  it("is its own check's where the engine asks it no more", async () => {
    const forgotten = askedLast(new Date(0));
    assert.deepEqual(await now(forgotten, 0), { verdict: "healthy", checks: 1 });
    assert.deepEqual(await now(forgotten, 1), { verdict: "turned unhealthy", checks: 1 });
  });

  it("is the engine's in every other case", async () => {
    assert.deepEqual(await now(askedLast(new Date()), 0), { verdict: "turned unhealthy", checks: 0 });
    assert.deepEqual(await now(inspected(health("healthy"), 1), 0), { verdict: restarted, checks: 0 });
  });
});
