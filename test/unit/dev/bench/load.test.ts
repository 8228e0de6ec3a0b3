import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../../../dev/bench/load.ts";

describe("bench: the load's thread", () => {
  const thread = (text: string): Load =>
    new Load({ baseUrl: "http://127.0.0.1:1", kinds: {} }, new URL(`data:text/javascript,${text}`));

  it("tells its failure when it is stopped, and not before", async () => {
    const load = thread('throw new Error("no memory")');
    await sleep(500);
    await assert.rejects(load.stop(), { message: "no memory" });
    await load.end();
  });

  it("is not waited for where it has ended", async () => {
    const load = thread("process.exit(3)");
    await sleep(500);
    await assert.rejects(load.stop(), { message: "the load's thread ended with code 3 without a result" });
    await load.end();
  });
});
