import assert from "node:assert/strict";
import type Docker from "dockerode";
import { stoppedContainers } from "../../../preflight/running.ts";

function container(name: string, State: string, role = "edge", stack = "prod"): Docker.ContainerInfo {
  return {
    Names: [`/${name}`],
    State,
    Status: "Exited (128) 3 minutes ago",
    Labels: { "webnet.stack": stack, "webnet.role": role },
  } as unknown as Docker.ContainerInfo;
}

describe("preflight: what doesn't run", () => {
  it("is told of, with the command that starts it", () => {
    assert.deepEqual(
      stoppedContainers("prod", [
        container("webnet-prod-edge", "exited"),
        container("webnet-prod-mysql", "running", "mysql"),
      ]),
      [
        "webnet-prod-edge doesn't run (Exited (128) 3 minutes ago): npm run ops -- recover --stack prod starts it",
      ],
    );
  });

  it("is neither another stack's, nor what the engine starts by itself, nor a copy for a moment", () => {
    assert.deepEqual(
      stoppedContainers("prod", [
        container("webnet-test-edge", "exited", "edge", "test"),
        container("webnet-prod-gateway", "restarting", "gateway"),
        container("webnet-prod-trial", "created", "copy"),
      ]),
      [],
    );
  });
});
