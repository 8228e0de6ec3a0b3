import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { CliOptions, PulumiStack } from "../../../pulumi/cli.ts";
import { errorsIn, runUpdate } from "../../../pulumi/events.ts";

const event = (severity: string, message: string) =>
  JSON.stringify({
    sequence: 1,
    diagnosticEvent: { urn: "urn:x", prefix: `${severity}: `, message, severity },
  });

const log = [
  event("info", "    error: a line of a script\n"),
  event(
    "error",
    'exit status 3: running "node deploy/route.ts":\nthe route was not moved\n    error: indented\n\n  third\n\n',
  ),
  event("error", "<{%fg 1%}>another<{%reset%}>\n"),
  event("error", "update failed\n"),
  '{"sequence":9,"summaryEvent":{"result":"failed"}}',
  '{"sequence":10,"diagnosticEvent":{"mess',
].join("\n");

describe("pulumi/events", () => {
  it("reads whole messages, whatever their lines look like, and none that says nothing", () => {
    assert.deepEqual(errorsIn(log), ["the route was not moved\n    error: indented\n\n  third", "another"]);
    assert.deepEqual(errorsIn(""), []);
  });

  it("asks for the events, and leaves no file of them behind", async () => {
    const asked: { file: string; options?: CliOptions | undefined }[] = [];
    const stack = {
      pulumi: (args: readonly string[], options?: CliOptions) => {
        assert.deepEqual(args.slice(0, -1), ["up", "--yes", "--event-log"]);
        const file = args.at(-1) ?? "";
        asked.push({ file, options });
        if (asked.length === 1) writeFileSync(file, log);
        return Promise.resolve({ exitCode: 1, stdout: "", stderr: "" });
      },
    } as unknown as PulumiStack;
    const run = () => runUpdate(stack, ["up", "--yes"], { show: true, environment: { A: "1" } });
    assert.equal((await run()).errors.length, 2);
    assert.deepEqual((await run()).errors, []);
    const [first] = asked;
    assert.deepEqual(first?.options, { show: true, environment: { A: "1", PULUMI_DEBUG_COMMANDS: "true" } });
    assert.ok(!existsSync(dirname(first.file)));
  });
});
