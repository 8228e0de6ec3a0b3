import assert from "node:assert/strict";
import { failureOf } from "../../../../ops/deploy/update.ts";

const printed = (stderr: string, ...errors: string[]) => ({ stdout: "Updating (prod):\n", stderr, errors });

describe("ops/deploy/update", () => {
  it("takes the first error of Pulumi's engine for the reason", () => {
    assert.deepEqual(failureOf(printed("", "the route was not moved", "another"), false), {
      reason: "the route was not moved",
      ran: true,
    });
  });

  it("tells an update that found the stack locked from one that did something", () => {
    const locked = "error: the stack is currently locked by 1 lock(s). Either wait for the other process\n";
    const { reason, ran } = failureOf(printed(locked), false);
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
      const { reason, ran } = failureOf(printed(refused), interrupted);
      assert.equal(ran, false);
      assert.match(
        reason,
        /^an update of the stack runs, or was killed: \[409\] Conflict: Another update is/,
      );
    }
  });

  it("doesn't take a resource's conflict for that, or the end of an update that ran", () => {
    const resource =
      "    error: [409] Conflict: Another update is under way, and the stack is currently locked.\n";
    assert.equal(failureOf(printed(resource, "a conflict"), false).ran, true);
    const ended = "error: failed to complete update: [409] Stack 'prod' is not locked by update id '1'\n";
    assert.equal(failureOf(printed(ended), false).ran, true);
  });

  it("doesn't blame a resource for an interruption", () => {
    assert.deepEqual(failureOf(printed("", "killed"), true), { reason: "interrupted", ran: true });
  });

  it("points to the output where Pulumi told no error", () => {
    assert.equal(failureOf(printed("Killed"), false).reason, "pulumi up failed, see above");
  });
});
