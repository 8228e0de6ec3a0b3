import assert from "node:assert/strict";
import type { GatewayContainer } from "../../../gateway/gateway.ts";
import { LostWayBack } from "../../../gateway/route-note.ts";
import { goBack } from "../../../gateway/way-back.ts";

describe("the way back of a step that moved the route and failed", () => {
  const live = { generation: "1-blue-00000001", digest: "d", active: "blue-00000001", keptReleases: [] };
  const back = (activate: () => Promise<void>) => {
    const asked: unknown[][] = [];
    const gateway = {
      activate: async (...args: unknown[]) => {
        asked.push(args);
        await activate();
      },
      exec: () => Promise.resolve({ exitCode: 0, stdout: "", stderr: "" }),
    } as unknown as GatewayContainer;
    const work = goBack({ gateway, stack: "x", note: { guard: "mine" } }, live, 10, new Error("smoke"));
    return { asked, work };
  };

  it("goes only as long as no other update moves the route", async () => {
    const { asked, work } = back(() => Promise.resolve());
    await work;
    assert.deepEqual(asked, [["1-blue-00000001", 10, "mine"]]);
  });

  it("leaves the step pending if it fails, and says both reasons and what to do", async () => {
    const { work } = back(() => Promise.reject(new Error("no answer")));
    await assert.rejects(
      work,
      (error: unknown) =>
        error instanceof LostWayBack &&
        /^smoke\nThe way back to blue-00000001 failed as well: no answer\nRun pulumi up.*recover --stack x heals\.$/.test(
          error.message,
        ),
    );
  });
});
