import assert from "node:assert/strict";
import type { EngineFacts, FoundContainer } from "../../../../ops/recover/engine-facts.ts";
import { isHealthy, planOf } from "../../../../ops/recover/plan.ts";
import { mended, parseState, type State } from "../../../../ops/recover/state.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::webnet::${type}::${name}`;
const containerType = "docker:index/container:Container";

function stateOf(
  change: { active?: string; canary?: string; containers?: string[]; pending?: string[] } = {},
): State {
  const { active = "blue-1", containers = ["id-gateway", "id-blue-1"], pending = [] } = change;
  const state = parseState(
    JSON.stringify({
      version: 3,
      deployment: {
        manifest: { version: "v3" },
        resources: [
          ...containers.map((id) => ({ urn: urn(containerType, id), type: containerType, id })),
          {
            urn: urn("docker:index/network:Network", "net"),
            type: "docker:index/network:Network",
            id: "net",
          },
          {
            urn: urn("command:local:Command", "gateway-route"),
            type: "command:local:Command",
            id: "route",
            inputs: {
              environment: {
                WEBNET_ACTIVE_RELEASE: active,
                WEBNET_STACK: "prod",
                ...(change.canary !== undefined && {
                  WEBNET_STANDBY_RELEASE: change.canary,
                  WEBNET_ROUTE: JSON.stringify({ canaryPercent: 10 }),
                }),
              },
            },
            outputs: { environment: { WEBNET_ACTIVE_RELEASE: active }, stdout: "" },
          },
        ],
        pending_operations: pending.map((name) => ({
          type: "creating",
          resource: { urn: urn(containerType, name), type: containerType },
        })),
      },
    }),
  );
  assert.ok(state !== undefined);
  return state;
}

function deploymentOf({ deployment }: State): NonNullable<State["deployment"]> {
  assert.ok(deployment);
  return deployment;
}

const gateway: FoundContainer = {
  id: "id-gateway",
  name: "webnet-prod-gateway",
  role: "gateway",
  release: "",
  running: true,
  started: true,
  stopped: false,
  idle: false,
  stranded: false,
};

function release(id: string, running = true): FoundContainer {
  return {
    id: `id-${id}`,
    name: `webnet-prod-backend-${id}`,
    role: "backend",
    release: id,
    running,
    started: true,
    stopped: !running,
    idle: false,
    stranded: false,
  };
}

function routed(active: string, ...canary: string[]) {
  return { kind: "routed" as const, active, serving: [active, ...canary], unrouted: false };
}

function facts(change: Partial<EngineFacts> = {}): EngineFacts {
  return {
    containers: [gateway, release("blue-1")],
    networks: [{ id: "net", name: "webnet", used: true }],
    route: routed("blue-1"),
    ...change,
  };
}

const names = (containers: readonly FoundContainer[]) => containers.map(({ id }) => id);

describe("what is to be healed", () => {
  it("is nothing where state, route and engine agree", () => {
    assert.equal(isHealthy(planOf(stateOf(), facts())), true);
  });

  it("is every pending operation", () => {
    const plan = planOf(stateOf({ pending: ["blue-2"] }), facts());
    assert.deepEqual(plan.pending, [{ type: "creating", urn: urn(containerType, "blue-2") }]);
    assert.equal(isHealthy(plan), false);
  });

  it("is a release that neither the route nor the state knows, whether it runs or not", () => {
    for (const running of [true, false]) {
      const containers = [gateway, release("blue-1"), release("blue-2", running)];
      const plan = planOf(stateOf(), facts({ containers }));
      assert.deepEqual([names(plan.remove), names(plan.adopt)], [["id-blue-2"], []]);
    }
  });

  it("never removes the release that the gateway routes to, known or not", () => {
    const containers = [gateway, release("blue-1"), release("blue-2")];
    const route = routed("blue-2");
    const plan = planOf(stateOf(), facts({ containers, route }));
    assert.deepEqual([names(plan.remove), names(plan.adopt)], [[], ["id-blue-2"]]);
    // Nor when it has stopped: the engine may start it again.
    const stopped = [gateway, release("blue-1"), release("blue-2", false)];
    assert.deepEqual(planOf(stateOf(), facts({ containers: stopped, route })).remove, []);
  });

  it("is what the state has and doesn't run: it is started", () => {
    const containers = [gateway, release("blue-1", false), release("blue-2", false)];
    const plan = planOf(stateOf(), facts({ containers }));
    assert.deepEqual([names(plan.start), isHealthy(plan)], [["id-blue-1"], false]);
  });

  it("never removes the release of a canary", () => {
    const containers = [gateway, release("blue-1"), release("green-1")];
    const plan = planOf(stateOf(), facts({ containers, route: routed("blue-1", "green-1") }));
    assert.deepEqual([names(plan.remove), names(plan.adopt)], [[], ["id-green-1"]]);
  });

  it("never removes a release while nobody can say what the gateway routes to", () => {
    const containers = [{ ...gateway, running: false }, release("blue-1"), release("blue-2")];
    const plan = planOf(stateOf(), facts({ containers, route: { kind: "unknown", reason: "stopped" } }));
    assert.deepEqual([names(plan.remove), names(plan.undecided)], [[], ["id-blue-2"]]);
    const neverRan = { ...release("blue-2", false), started: false };
    const sure = planOf(stateOf(), facts({ containers: [gateway, release("blue-1"), neverRan] }));
    assert.deepEqual(names(sure.remove), ["id-blue-2"]);
  });

  it("takes a gateway or a database that runs into the state, and removes what never ran", () => {
    const mysql = { ...gateway, id: "id-mysql", role: "mysql" };
    const adopting = planOf(stateOf(), facts({ containers: [gateway, release("blue-1"), mysql] }));
    assert.deepEqual([names(adopting.adopt), names(adopting.remove)], [["id-mysql"], []]);
    const created = { ...mysql, running: false, started: false };
    const removing = planOf(stateOf(), facts({ containers: [gateway, release("blue-1"), created] }));
    assert.deepEqual([names(removing.adopt), names(removing.remove)], [[], ["id-mysql"]]);
  });

  it("removes a gateway that serves nobody while another one does, and never the one that serves", () => {
    const idle = { ...gateway, id: "id-idle", idle: true };
    const unknown = { ...gateway, id: "id-unknown" };
    const plan = planOf(stateOf(), facts({ containers: [gateway, release("blue-1"), idle, unknown] }));
    assert.deepEqual([names(plan.remove), names(plan.adopt)], [["id-idle"], ["id-unknown"]]);
    // The state's own is left to the next update, which has it drained.
    const known = planOf(stateOf(), facts({ containers: [{ ...gateway, idle: true }, release("blue-1")] }));
    assert.deepEqual(known.remove, []);
  });

  it("removes a gateway in a network that is gone, known or not, and has the next update make another", () => {
    const plan = planOf(
      stateOf(),
      facts({ containers: [{ ...gateway, stranded: true }, release("blue-1")] }),
    );
    assert.deepEqual(names(plan.remove), ["id-gateway"]);
    assert.deepEqual(plan.gone, [urn(containerType, "id-gateway")]);
  });

  it("removes what a deploy's script made for a moment", () => {
    const copy = { ...gateway, id: "id-copy", role: "copy", release: "blue-1" };
    const plan = planOf(stateOf(), facts({ containers: [gateway, release("blue-1"), copy] }));
    assert.deepEqual(names(plan.remove), ["id-copy"]);
  });

  it("is a container of the state that is gone", () => {
    const plan = planOf(stateOf(), facts({ containers: [gateway] }));
    assert.deepEqual(plan.gone, [urn(containerType, "id-blue-1")]);
  });

  it("is an unknown network that nothing uses", () => {
    const other = { id: "other", name: "webnet", used: false };
    const networks = [{ id: "net", name: "webnet", used: true }, other];
    assert.deepEqual(planOf(stateOf(), facts({ networks })).removeNetworks, [other]);
    const used = [
      { id: "net", name: "webnet", used: true },
      { ...other, used: true },
    ];
    assert.deepEqual(planOf(stateOf(), facts({ networks: used })).removeNetworks, []);
  });

  it("is a note that the route was given up, while the state has the route", () => {
    const route = { ...routed("blue-1"), unrouted: true };
    assert.equal(planOf(stateOf(), facts({ route })).staleNote, true);
    const { deployment, ...rest } = stateOf();
    const withoutRoute = {
      ...rest,
      deployment: {
        ...deployment,
        resources: (deployment?.resources ?? []).filter(({ id }) => id !== "route"),
        pending_operations: undefined,
      },
    };
    // A destroy that goes on relies on it.
    assert.equal(planOf(withoutRoute, facts({ route })).staleNote, false);
  });
});

describe("a mended state", () => {
  const route = routed("blue-2");
  const moved = facts({ containers: [gateway, release("blue-1"), release("blue-2")], route });
  const state = stateOf({ containers: ["id-gateway", "id-blue-1", "id-blue-2"], pending: ["gateway-route"] });

  it("has no pending operation, and keeps the rest", () => {
    const { deployment } = mended(state, undefined);
    assert.equal(deployment?.pending_operations, undefined);
    assert.deepEqual(deployment?.resources, state.deployment?.resources);
    assert.deepEqual(deployment?.["manifest"], { version: "v3" });
  });

  it("says where the gateway routes to, as no configuration would", () => {
    assert.deepEqual(planOf(state, moved).route, { recorded: "blue-1", found: "blue-2" });
    const after = mended(state, "blue-2");
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
    const after = mended(stateOf(), "blue-1 and green-1");
    assert.equal(planOf(after, found("blue-1", "green-1")).route, undefined);
  });

  for (const type of ["updating", "deleting"]) {
    it(`has a step run again that was interrupted while ${type}, and no other one`, () => {
      const resource = {
        urn: urn("command:local:Command", "gateway-route"),
        type: "command:local:Command",
      };
      const pending = stateOf();
      const after = mended(
        { ...pending, deployment: { ...deploymentOf(pending), pending_operations: [{ type, resource }] } },
        undefined,
      );
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

  it("needs no further mending", () => {
    assert.equal(isHealthy(planOf(mended(state, "blue-2"), moved)), true);
  });
});
