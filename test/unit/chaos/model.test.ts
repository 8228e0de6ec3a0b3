import assert from "node:assert/strict";
import fc from "fast-check";
import { initialConfig, Model, type Config, type Reason } from "../../chaos/model.ts";
import { switched, withTag } from "../../chaos/updates.ts";

describe("the fault test's model", () => {
  const predictions: [what: string, config: Config, reason: Reason | undefined][] = [
    ["the same config", initialConfig, undefined],
    ["a switch", switched(initialConfig), undefined],
    ["an unhealthy active colour", withTag(initialConfig, "active", "unhealthy"), "unhealthy"],
    ["an unhealthy standby", withTag(initialConfig, "standby", "unhealthy"), "unhealthy"],
    [
      "an unhealthy standby that is off",
      { ...withTag(initialConfig, "standby", "unhealthy"), standby: "off" },
      undefined,
    ],
    ["an active colour that answers 500", withTag(initialConfig, "active", "failing"), "smoke check"],
    ["a standby that answers 500", withTag(initialConfig, "standby", "failing"), undefined],
    ["a missing image", withTag(initialConfig, "standby", "v99"), "missing image"],
    ["backends that exit", { ...initialConfig, exitsAtStart: true }, "exits"],
    ["a smoke check that fails, and nothing to check", { ...initialConfig, smokeFails: true }, undefined],
    [
      "a switch with a smoke check that fails",
      { ...switched(initialConfig), smokeFails: true },
      "smoke check",
    ],
  ];
  for (const [what, config, reason] of predictions) {
    it(`predicts that ${what} ${reason === undefined ? "succeeds" : "fails"}`, () => {
      assert.equal(new Model(true).predict(config), reason);
    });
  }

  it("goes on serving what served, and remembers what a failed update made", () => {
    const model = new Model(true);
    model.failed(withTag(initialConfig, "active", "failing"));
    assert.deepEqual([model.isClean, model.servingText], [false, "blue v1"]);
    assert.deepEqual(
      model.leftovers.map(({ color, tag }) => `${color} ${tag}`),
      ["blue failing", "green v1"],
    );
    model.updated(initialConfig);
    assert.deepEqual([model.isClean, model.leftovers], [true, []]);
  });

  it("has a config that ends well after any number of failures: the last good one", () => {
    const configs = fc.record<Config>({
      active: fc.constantFrom("blue", "green"),
      tags: fc.record({
        blue: fc.constantFrom("v1", "v2", "unhealthy", "failing"),
        green: fc.constantFrom("v1", "v3", "v99", "failing"),
      }),
      standby: fc.constantFrom("warm", "off"),
      smokeFails: fc.boolean(),
      exitsAtStart: fc.boolean(),
      gatewayMegabytes: fc.constantFrom(96, 112),
      replicas: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(configs, { maxLength: 20 }), (tried) => {
        const model = new Model(true);
        for (const config of tried) {
          if (model.predict(config) === undefined) model.updated(config);
          else model.failed(config);
        }
        assert.equal(model.predict(model.good), undefined);
        assert.equal(model.movesRoute(model.good), false);
      }),
    );
  });
});
