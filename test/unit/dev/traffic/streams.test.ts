import assert from "node:assert/strict";
import { Ticks } from "../../../../dev/traffic/events.ts";
import type { Result } from "../../../../dev/traffic/results.ts";
import { endedEarly } from "../../../../dev/traffic/stays.ts";

const tick = (count: number, version = "v1") =>
  `event: tick\ndata: ${JSON.stringify({ count, color: "blue", version, release: `blue-${version}` })}\n\n`;

describe("the ticks of an event stream", () => {
  it("come in any pieces, from one release, and end with a farewell", () => {
    const ticks = new Ticks();
    const text = `${tick(1)}${tick(2)}event: close\ndata: {}\n\n`;
    for (const piece of text.match(/[^]{1,7}/g) ?? []) ticks.take(piece);
    assert.deepEqual([ticks.answeredBy, ticks.farewell, ticks.whole], ["blue v1", true, true]);
  });

  it("are not whole within an event", () => {
    const ticks = new Ticks();
    ticks.take(tick(1) + "event: ti");
    assert.deepEqual([ticks.whole, ticks.farewell], [false, false]);
  });

  for (const [what, second, message] of [
    ["is lost", tick(3), "tick 3 came as number 2"],
    ["comes twice", tick(1), "tick 1 came as number 2"],
    ["comes from another release", tick(2, "v2"), "stream changed its release"],
  ] as const) {
    it(`tell when one ${what}`, () => {
      const ticks = new Ticks();
      ticks.take(tick(1));
      assert.throws(() => {
        ticks.take(second);
      }, new Error(message));
    });
  }
});

describe("streams that end early", () => {
  const stream = (rest: Partial<Result>): Result => ({
    kind: "events",
    start: 0,
    milliseconds: 13_000,
    failure: undefined,
    answeredBy: "blue v1",
    row: undefined,
    ended: "farewell",
    ...rest,
  });
  const sighting = (start: number, answeredBy: string) =>
    stream({ kind: "newConnection", start, milliseconds: 1, answeredBy, ended: undefined });
  const moved = [sighting(2000, "blue v1"), sighting(2500, "frontend v2"), sighting(3000, "green v1")];

  it("are those whose release was superseded less than the drain time ago", () => {
    const early = stream({ milliseconds: 12_999 });
    assert.deepEqual(endedEarly([...moved, early, stream({})], 10), [early]);
  });

  it("are those whose release was not superseded at all", () => {
    const early = stream({ answeredBy: "green v1", start: 3500, ended: "dropped" });
    assert.deepEqual(endedEarly([...moved, early], 10), [early]);
  });

  it("are found among more answers than a call takes arguments", () => {
    const early = stream({ milliseconds: 12_999 });
    const many = Array.from({ length: 300_000 }, (_, index) => sighting(3000 + index, "green v1"));
    assert.deepEqual(endedEarly([...many, early], 10), [early]);
  });

  it("are not those that their client ended", () => {
    assert.deepEqual(endedEarly([...moved, stream({ milliseconds: 5000, ended: "client" })], 10), []);
  });
});
