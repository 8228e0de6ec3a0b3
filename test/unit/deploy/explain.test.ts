import assert from "node:assert/strict";
import type Docker from "dockerode";
import { explain } from "../../../deploy/explain.ts";
import { frame } from "../support/fake-container.ts";

const meanwhile = "The old one serves.";
const next =
  "Correct its tag or settings in the stack config, or put the former ones back, and run pulumi up again.";

async function explained(container: { inspect: () => Promise<object>; logs: () => Promise<Buffer> }) {
  const lines = (
    await explain(container as unknown as Docker.Container, "blue", "exited with code 1", meanwhile)
  ).split("\n");
  assert.equal(lines[0], `blue exited with code 1. ${meanwhile}`);
  assert.equal(lines.at(-1), next);
  return lines.slice(1, -1);
}

const checked = { State: { Health: { Log: [{ Output: "first" }, { Output: "no answer\n" }] } } };
const failing = (why: string) => () => Promise.reject(new Error(why));

describe("a gate's explanation", () => {
  it("has the last answer of the health check, and the end of the log", async () => {
    const logs = () => Promise.resolve(Buffer.concat([frame(1, "one\n"), frame(2, "two\n")]));
    assert.deepEqual(await explained({ inspect: () => Promise.resolve(checked), logs }), [
      "last health check: no answer",
      "last lines of its log:",
      "  one",
      "  two",
    ]);
  });

  it("keeps the reason where the log can't be read", async () => {
    const logs = failing("configured logging driver does not support reading");
    assert.deepEqual(await explained({ inspect: () => Promise.resolve(checked), logs }), [
      "last health check: no answer",
      "its log can't be read: configured logging driver does not support reading",
    ]);
  });

  it("keeps the reason where the container is gone, or the engine doesn't answer", async () => {
    const away = failing("no such container");
    assert.deepEqual(await explained({ inspect: away, logs: away }), [
      "its log can't be read: no such container",
    ]);
  });

  it("has no line for what says nothing", async () => {
    const inspect = () => Promise.resolve({ State: {} });
    assert.deepEqual(await explained({ inspect, logs: () => Promise.resolve(Buffer.alloc(0)) }), []);
  });
});
