import assert from "node:assert/strict";
import { failureOf } from "../../../../ops/deploy/update.ts";

const failed = `
    pulumi:pulumi:Stack webnet-x **failed** 1 error
Diagnostics:
  command:local:Command (gateway-route):
    error: exit status 1: running "node deploy/route.ts":
    the route was not moved to blue-f8cfe846, green-de75970c goes on serving.

    smoke check by the guarded route failed in round 1 of 3

  pulumi:pulumi:Stack (webnet-x):
    error: update failed

Outputs:
  - url           : "http://127.0.0.1:43881"
`;

describe("ops/deploy/update", () => {
  it("takes the message out of what Pulumi prints around it", () => {
    assert.deepEqual(failureOf(failed, "", false), {
      reason:
        "the route was not moved to blue-f8cfe846, green-de75970c goes on serving.\n\n" +
        "smoke check by the guarded route failed in round 1 of 3",
      ran: true,
    });
  });

  it("tells an update that found the stack locked from one that did something", () => {
    const locked = "error: the stack is currently locked by 1 lock(s). Either wait for the other process\n";
    const { reason, ran } = failureOf("", locked, false);
    assert.equal(ran, false);
    assert.match(
      reason,
      /an update of the stack runs, or was killed: the stack is currently locked by 1 lock/,
    );
  });

  it("tells as well an update that Pulumi's service refused, since another one runs", () => {
    const refused =
      "error: [409] Conflict: Another update is currently in progress.\n" +
      "To learn more about possible reasons and resolution, visit https://www.pulumi.com/docs/troubleshooting/#conflict\n";
    for (const interrupted of [false, true]) {
      const { reason, ran } = failureOf("Updating (prod):\n", refused, interrupted);
      assert.equal(ran, false);
      assert.match(
        reason,
        /^an update of the stack runs, or was killed: \[409\] Conflict: Another update is/,
      );
    }
  });

  it("doesn't take a resource's conflict for that, or the end of an update that ran", () => {
    const resource = failed.replace(
      "smoke check by",
      "error: [409] Conflict: Another update is under way. Smoke check by",
    );
    assert.equal(failureOf(resource, "", false).ran, true);
    const ended = "error: failed to complete update: [409] Stack 'prod' is not locked by update id '1'\n";
    assert.equal(failureOf("", ended, false).ran, true);
  });

  it("doesn't blame a resource for an interruption", () => {
    assert.deepEqual(failureOf(failed, "", true), { reason: "interrupted", ran: true });
  });

  it("points to the output where there is no message in it", () => {
    assert.equal(failureOf("Killed", "", false).reason, "pulumi up failed, see above");
  });
});
