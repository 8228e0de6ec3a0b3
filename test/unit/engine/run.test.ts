import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { OutOfTime } from "../../../engine/bound.ts";
import { execAlone } from "../../../engine/run.ts";
import { frame } from "../support/fake-container.ts";

function engineWith(output: PassThrough, statusCode: Promise<number>) {
  const made: Docker.ContainerCreateOptions[] = [];
  const counts = { removed: 0 };
  const container = {
    attach: () => Promise.resolve(output),
    start: () => Promise.resolve(),
    wait: async () => ({ StatusCode: await statusCode }),
    remove: () => Promise.resolve((counts.removed += 1)),
  };
  const createContainer = (options: Docker.ContainerCreateOptions) => {
    made.push(options);
    return Promise.resolve(container);
  };
  return { docker: { createContainer } as unknown as Docker, made, counts };
}

describe("a command in a container of its own", () => {
  it("gives what it printed, and leaves no container", async () => {
    const { docker, made, counts } = engineWith(
      new PassThrough().end(frame(1, "hello\n")),
      Promise.resolve(0),
    );
    assert.equal(await execAlone(docker, { Image: "i" }, ["echo", "hello"], 5), "hello\n");
    assert.equal(counts.removed, 1);
    const [options] = made;
    assert.deepEqual([options?.Image, options?.Entrypoint, options?.Cmd], ["i", ["echo"], ["hello"]]);
  });

  it("that never ends is ended, and leaves no container", async () => {
    const output = new PassThrough();
    const { docker, counts } = engineWith(output, new Promise<number>(() => undefined));
    await assert.rejects(execAlone(docker, {}, ["cat", "/x"], 0.05), OutOfTime);
    assert.equal(counts.removed, 1);
    assert.ok(output.destroyed);
  });
});
