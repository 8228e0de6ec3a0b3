import assert from "node:assert/strict";
import { isSound, planOf } from "../../../../ops/recover/plan.ts";
import {
  containerType,
  facts,
  gateway,
  names,
  release,
  routed,
  stateOf,
  urn,
} from "../../support/recover.ts";

describe("what is to be healed", () => {
  it("is nothing where state, route and engine agree", () => {
    assert.equal(isSound(planOf(stateOf(), facts())), true);
  });

  it("is every pending operation", () => {
    const plan = planOf(stateOf({ pending: ["blue-2"] }), facts());
    assert.deepEqual(plan.pending, [{ type: "creating", urn: urn(containerType, "blue-2") }]);
    assert.equal(isSound(plan), false);
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
    assert.deepEqual([names(plan.start), isSound(plan)], [["id-blue-1"], false]);
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
    // The next update drains the gateway that the state knows.
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
    // A resumed destroy relies on it.
    assert.equal(planOf(withoutRoute, facts({ route })).staleNote, false);
  });
});
