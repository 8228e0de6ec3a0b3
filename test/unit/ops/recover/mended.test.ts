import assert from "node:assert/strict";
import { isSound, planOf } from "../../../../ops/recover/plan.ts";
import { mended } from "../../../../ops/recover/recorded.ts";
import { deploymentOf, facts, gateway, release, routed, stateOf, urn } from "../../support/recover.ts";

describe("a mended state", () => {
  const route = routed("blue-2");
  const moved = facts({ containers: [gateway, release("blue-1"), release("blue-2")], route });
  const state = stateOf({ containers: ["id-gateway", "id-blue-1", "id-blue-2"], pending: ["gateway-route"] });

  it("has no pending operation, and keeps the rest", () => {
    const { deployment } = mended(state);
    assert.equal(deployment?.pending_operations, undefined);
    assert.deepEqual(deployment?.resources, state.deployment?.resources);
    assert.deepEqual(deployment?.["manifest"], { version: "v3" });
  });

  it("says where the gateway routes to, as no configuration would", () => {
    assert.deepEqual(planOf(state, moved).route, { recorded: "blue-1", found: "blue-2" });
    const after = mended(state, { route: "blue-2" });
    const recorded = after.deployment?.resources.at(-1);
    assert.deepEqual(recorded?.inputs?.["environment"], {
      WEBNET_ACTIVE_RELEASE: "found by recover: blue-2",
      WEBNET_STACK: "prod",
    });
    assert.deepEqual(recorded.outputs?.["stdout"], "");
  });

  it("knows of a canary, and of one that the gateway has and the state doesn't", () => {
    const canary = stateOf({ canary: "green-1" });
    const found = (...serving: string[]) => facts({ route: { ...routed("blue-1"), serving } });
    assert.equal(planOf(canary, found("blue-1", "green-1")).route, undefined);
    assert.deepEqual(planOf(stateOf(), found("blue-1", "green-1")).route, {
      recorded: "blue-1",
      found: "blue-1 and green-1",
    });
    const after = mended(stateOf(), { route: "blue-1 and green-1" });
    assert.equal(planOf(after, found("blue-1", "green-1")).route, undefined);
  });

  for (const type of ["updating", "deleting"]) {
    it(`has a step run again that was interrupted while ${type}, and no other one`, () => {
      const resource = {
        urn: urn("command:local:Command", "gateway-route"),
        type: "command:local:Command",
      };
      const pending = stateOf();
      const after = mended({
        ...pending,
        deployment: { ...deploymentOf(pending), pending_operations: [{ type, resource }] },
      });
      const step = after.deployment?.resources.at(-1);
      assert.deepEqual(step?.inputs?.["environment"], {
        WEBNET_ACTIVE_RELEASE: "blue-1",
        WEBNET_AGAIN: "true",
        WEBNET_STACK: "prod",
      });
      assert.deepEqual(step.outputs?.["environment"], {
        WEBNET_ACTIVE_RELEASE: "blue-1",
        WEBNET_AGAIN: "true",
      });
      assert.deepEqual(after.deployment?.resources.slice(0, -1), pending.deployment?.resources.slice(0, -1));
    });
  }

  it("has the route's step run again where it is asked for, though nothing interrupted it", () => {
    const quiet = stateOf();
    const step = mended(quiet, { routeAgain: true }).deployment?.resources.at(-1);
    assert.deepEqual(step?.inputs?.["environment"], {
      WEBNET_ACTIVE_RELEASE: "blue-1",
      WEBNET_AGAIN: "true",
      WEBNET_STACK: "prod",
    });
    assert.deepEqual(mended(quiet).deployment?.resources, quiet.deployment?.resources);
  });

  it("needs no further mending", () => {
    assert.equal(isSound(planOf(mended(state, { route: "blue-2" }), moved)), true);
  });
});
