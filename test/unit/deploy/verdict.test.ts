import assert from "node:assert/strict";
import type { ContainerInspectInfo } from "dockerode";
import { containerVerdict } from "../../../deploy/verdict.ts";

type State = Partial<Omit<ContainerInspectInfo["State"], "Health">> & { Health?: { Status: string } };

const inspected = (state: State, RestartCount = 0) =>
  ({
    State: { Status: "running", Running: true, Restarting: false, ExitCode: 0, OOMKilled: false, ...state },
    RestartCount,
  }) as unknown as ContainerInspectInfo;

const health = (Status: string): State => ({ Health: { Status } });

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
  [
    "restarted since the gate began",
    inspected({ ...health("healthy"), ExitCode: 2 }, 1),
    0,
    "exited with code 2",
  ],
  ["restarted once more", inspected({ ...health("starting"), ExitCode: 2 }, 4), 3, "exited with code 2"],
  ["gone", undefined, 0, "is gone from the engine"],
];

describe("a gate's verdict", () => {
  for (const [what, container, restartsBefore, verdict] of verdicts) {
    it(`of a container that is ${what}: ${verdict}`, () => {
      assert.equal(containerVerdict(container, restartsBefore), verdict);
    });
  }
});
