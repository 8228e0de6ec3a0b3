import assert from "node:assert/strict";
import { drained } from "../../../gateway/drain.ts";
import { GatewayContainer } from "../../../gateway/gateway.ts";
import { FakeContainer } from "../support/fake-container.ts";

describe("the drain", () => {
  /** How often the drain asks a gateway that answers with these counts of old workers. */
  const asked = async (drainSeconds: number, ...counts: number[]): Promise<number> => {
    const left = [...counts];
    const fake = new FakeContainer(() => ({ stdout: `${left.shift() ?? 1}\n` }));
    await drained([new GatewayContainer(fake.container)], drainSeconds);
    return fake.calls.length;
  };

  it("ends when no old worker is left", async () => {
    assert.equal(await asked(60, 0), 1);
    assert.equal(await asked(60, 2, 1, 0), 3);
  });

  it("ends after its time, whoever is left", async () => {
    assert.ok((await asked(0.05)) > 0);
  });
});
