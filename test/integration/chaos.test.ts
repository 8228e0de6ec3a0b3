import assert from "node:assert/strict";
import { runChaos } from "../chaos/chaos.ts";
import { withoutTestEngine } from "./support/engine.ts";
import { howMany } from "./support/length.ts";

/** With this seed, the few steps include a switch, a killed gateway, a killed engine and a full disk. */
const seed = 527;
const steps = howMany(4, 40);

describe("random deploys, failures and crashes", function () {
  this.timeout("40m");

  it(`leave the platform serving what the model says, in each of ${steps} steps`, async function () {
    const reason = withoutTestEngine();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    console.log(`      to run the same steps again: npm run chaos -- --steps ${steps} --seed ${seed}`);
    const summary = await runChaos({
      steps,
      seed,
      print: (line) => {
        console.log(`      ${line}`);
      },
    });
    assert.equal(
      [...summary.kinds.values()].reduce((sum, count) => sum + count, 0),
      steps,
    );
    assert.ok(summary.kinds.size >= howMany(4, 15), [...summary.kinds.keys()].join(", "));
    assert.ok(summary.requests > 0 && summary.rows > 0);
  });
});
