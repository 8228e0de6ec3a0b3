import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { confirm } from "../../../ops/confirm.ts";

/** Asks with an input that passes for a terminal. Returns the answer and the printed lines. */
async function ask(feed: (input: PassThrough) => unknown, interrupt?: AbortSignal) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin") ?? {};
  const printed: string[] = [];
  const { log } = console;
  Object.defineProperty(process, "stdin", { configurable: true, value: input });
  console.log = (line: string) => printed.push(line);
  try {
    await feed(input);
    return { answer: await confirm("Go on?", false, interrupt), printed: printed.join("\n") };
  } finally {
    console.log = log;
    Object.defineProperty(process, "stdin", stdin);
  }
}

describe("a question to the operator", () => {
  it("takes y and yes for yes, and anything else for no", async () => {
    for (const [typed, answer] of [
      ["y", true],
      ["Yes", true],
      ["", false],
      ["no", false],
    ] as const)
      assert.deepEqual(await ask((input) => input.write(`${typed}\n`)), { answer, printed: "" });
  });

  it("counts the end of the input as no, and says so", async () => {
    const { answer, printed } = await ask((input) => input.end());
    assert.equal(answer, false);
    assert.match(printed, /^\nThe input has ended without an answer, which counts as no\. Add --yes to /);
  });

  it("counts an input that has ended before as no", async () => {
    const ended = async (input: PassThrough): Promise<void> => {
      input.resume().end();
      await once(input, "end");
    };
    assert.equal((await ask(ended)).answer, false);
  });

  it("counts an interruption as no, without a word about the input", async () => {
    assert.deepEqual(await ask(() => undefined, AbortSignal.abort()), { answer: false, printed: "" });
  });
});
